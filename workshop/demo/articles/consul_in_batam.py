"""Article 2 (Telegrapnews): the consul general calls for the third time and carries an invitation from Xiangyang."""

import datetime as dt
from decimal import Decimal

from regions.models import Region, RegionFigure, RegionTrait
from visits.models import Citation, Delegate, Delegation, Outcome, Statement, Topic, Visit, VisitSource
from workshop.demo.articles.batam import city_government
from workshop.demo.book import Book

OUTLET = "Telegrapnews.com"
CONSUL_GENERAL = "Konsul Jenderal Republik Rakyat Tiongkok di Medan"
ZHANG, AMSAKAR = "Zhang Min, Konsul Jenderal RRT di Medan", "Amsakar Achmad, Wali Kota Batam"


def log(book: Book) -> None:
    batam, china = book.region("21.71"), book.region("CN")
    hubei = book.abroad("FOREIGN_PROVINCE", "Hubei", china, time_zone="Asia/Shanghai")
    xiangyang = book.abroad("FOREIGN_CITY", "Xiangyang", hubei, time_zone="Asia/Shanghai")
    describe(book, xiangyang)
    pemko = city_government(book)
    xiangyang_city = book.organisation(
        "FOREIGN_LOCAL_GOV", "Pemerintah Kota Xiangyang", xiangyang, name_en="Xiangyang City Government"
    )
    consulate = book.organisation(
        "CONSULATE",
        "Konsulat Jenderal Republik Rakyat Tiongkok di Medan",
        china,
        short_name="Konjen RRT Medan",
        name_en="Consulate General of the People's Republic of China in Medan",
        seat=book.region("12.71"),
    )
    book.organisation("COMPANY", "BYD", None)
    zhang = book.official("Zhang Min")
    book.position(zhang, "CONSUL_GENERAL", CONSUL_GENERAL, consulate)
    amsakar = book.official("Amsakar Achmad")

    source = VisitSource(outlet=OUTLET, editor="dr")
    visit = Visit(
        owner=batam,
        host_region=batam,
        host_organisation=pemko,
        venue=book.venue("MEETING_ROOM", "Ruang Rapat Wali Kota Batam", batam),
        venue_as_stated="Ruang Rapat Wali Kota Batam",
        precision="DAY",
        starts_on=dt.date(2025, 4, 21),
        ends_on=dt.date(2025, 4, 21),
        weekday=0,
        date_as_stated="Senin (21/4/2025)",
        purpose=(
            "Menjajaki peluang kerja sama strategis dalam bentuk sister city Kota Batam dengan Kota Xiangyang, "
            "Provinsi Hubei."
        ),
        ordinal_claimed=3,
        ordinal_of="kunjungan Konjen Zhang ke Batam",
    )
    book.visit(
        visit,
        ["SISTER_CITY_EXPLORATION", "DIPLOMATIC"],
        source,
        Topic(sector=book.sector("investment"), note="peluang di sektor investasi; 100 perusahaan atau lebih"),
        Topic(sector=book.sector("culture"), note="pertukaran budaya"),
        Topic(sector=book.sector("quality-of-life"), note="peningkatan kualitas hidup warga"),
        Topic(sector=book.sector("industry"), note="industri otomotif di Xiangyang, seperti BYD"),
        Topic(sector=book.sector("new-energy"), note="pusat inovasi dalam bidang energi baru"),
        Topic(sector=book.sector("agriculture"), note="pertanian modern"),
        Topic(sector=book.sector("strategic-projects"), note="proyek-proyek strategis nasional di Batam"),
        Statement(
            speaker=ZHANG,
            official=zhang,
            text=(
                "Kami melihat Batam sebagai kota dengan potensi luar biasa. Di bawah kepemimpinan Wali Kota Amsakar, "
                "kami yakin Batam akan berkembang lebih pesat. Kota ini penting bagi kerja sama Tiongkok-Indonesia"
            ),
        ),
        Statement(
            speaker=AMSAKAR,
            official=amsakar,
            text=(
                "Tiongkok adalah mitra strategis penting bagi Batam. Kami membuka lebar kerja sama dengan "
                "daerah-daerah potensial seperti Xiangyang, apalagi untuk mendukung proyek-proyek strategis nasional "
                "di Batam"
            ),
        ),
        Outcome(
            kind="INTEREST",
            text="Rencana kerja sama sister city Batam–Xiangyang dijajaki.",
            direction="GUEST_TO_HOST",
            nature="VERBAL",
            given_by=ZHANG,
            quote=(
                "menjajaki peluang kerja sama strategis dengan Kota Batam dalam bentuk sister city bersama Kota "
                "Xiangyang"
            ),
        ),
        Outcome(
            kind="PLEDGE",
            text="Perusahaan asal Tiongkok siap mendukung pembangunan ekonomi dan sosial Kota Batam.",
            direction="GUEST_TO_HOST",
            nature="VERBAL",
            given_by=ZHANG,
            given_to="Kota Batam",
            quantity=Decimal(100),
            comparator="AT_LEAST",
            unit="perusahaan",
            quote="sedikitnya 100 perusahaan asal Tiongkok siap mendukung pembangunan ekonomi dan sosial Kota Batam",
        ),
        Outcome(
            kind="INVITATION",
            text=(
                "Wali Kota Xiangyang mengundang Wali Kota Batam untuk kunjungan balasan ke Tiongkok guna memperdalam "
                "pembahasan kerja sama antarkota."
            ),
            direction="GUEST_TO_HOST",
            given_by="Wali Kota Xiangyang",
            given_to=AMSAKAR,
            follow_up="OPEN",
            requested_by="Wali Kota Xiangyang",
            quote=(
                "Wali Kota Xiangyang secara khusus mengundang Wali Kota Batam, Amsakar Achmad, untuk melakukan "
                "kunjungan balasan ke Tiongkok"
            ),
        ),
        Outcome(
            kind="INTEREST",
            text="Batam menyambut baik dan terbuka terhadap peluang kolaborasi.",
            direction="HOST_TO_GUEST",
            nature="VERBAL",
            given_by=AMSAKAR,
            quote="menyambut baik inisiatif tersebut dan menyatakan keterbukaannya terhadap peluang kolaborasi",
        ),
        Citation(source=source, about="DATE", fact="Senin, 21 April 2025.", quote="pada Senin (21/4/2025)"),
        Citation(
            source=source, about="PLACE", fact="Ruang Rapat Wali Kota Batam.", quote="di Ruang Rapat Wali Kota Batam"
        ),
        Citation(
            source=source,
            about="ORDINAL",
            fact="Kunjungan ketiga Konjen Zhang ke Batam; dua yang pertama tidak bertanggal.",
            quote="merupakan kunjungan ketiga Konjen Zhang ke Batam",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Dinilai memperkuat hubungan bilateral dan membuka peluang investasi, budaya, dan kualitas hidup.",
            quote=(
                "dinilai akan memperkuat hubungan bilateral antara Indonesia dan Tiongkok, serta membuka peluang "
                "besar dalam berbagai sektor, termasuk investasi, pertukaran budaya, dan peningkatan kualitas hidup "
                "warga"
            ),
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact="Masih rencana: “jika terealisasi” menjadi simbol kedekatan hingga ke daerah.",
            quote="Jika terealisasi, kemitraan ini akan menjadi simbol baru dari kedekatan hubungan kedua negara",
        ),
    )
    book.party(
        visit,
        Delegation(
            side="GUEST",
            region=china,
            organisation=consulate,
            on_behalf_of_region=xiangyang,
            on_behalf_of="Wali Kota Xiangyang",
        ),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=zhang,
            name="Zhang Min",
            capacity=CONSUL_GENERAL,
            organisation=consulate,
            quote="Republik Rakyat Tiongkok melalui Konsul Jenderalnya di Medan, Zhang Min",
        ),
    )
    book.party(
        visit,
        Delegation(side="HOST", region=batam, organisation=pemko),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=amsakar,
            name="Amsakar Achmad",
            capacity="Wali Kota Batam",
            organisation=pemko,
            quote="Wali Kota Batam, Amsakar Achmad, menyambut baik",
        ),
    )
    for ordinal in (1, 2):
        mentioned = Visit(
            owner=batam,
            host_region=batam,
            standing="CLAIMED",
            mentioned_in=visit,
            precision="UNKNOWN",
            ordinal_claimed=ordinal,
            ordinal_of="kunjungan Konjen Zhang ke Batam",
        )
        book.visit(mentioned, ["DIPLOMATIC"])
        book.party(
            mentioned,
            Delegation(side="GUEST", region=china, organisation=consulate),
            Delegate(
                form="NAMED",
                role="LEADER",
                official=zhang,
                name="Zhang Min",
                capacity="Konjen",
                organisation=consulate,
                certainty="INFERRED",
                quote="merupakan kunjungan ketiga Konjen Zhang ke Batam",
            ),
        )
    # The invitation makes a visit that is not yet one: outgoing, without a day; its host is the one who invites.
    reply_source = VisitSource(outlet=OUTLET, editor="dr")
    reply = Visit(
        owner=batam,
        host_region=xiangyang,
        host_organisation=xiangyang_city,
        status="INVITED",
        precision="UNKNOWN",
        replies_to=visit,
        purpose="Memperdalam pembahasan kerja sama antarkota.",
    )
    book.visit(
        reply,
        ["RECIPROCAL", "SISTER_CITY_EXPLORATION"],
        reply_source,
        Citation(
            source=reply_source,
            about="PURPOSE",
            fact="Kunjungan balasan ke Tiongkok atas undangan Wali Kota Xiangyang.",
            quote="untuk melakukan kunjungan balasan ke Tiongkok guna memperdalam pembahasan kerja sama antarkota ini",
        ),
    )
    book.party(
        reply,
        Delegation(side="GUEST", region=batam, organisation=pemko),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=amsakar,
            name="Amsakar Achmad",
            capacity="Wali Kota Batam",
            organisation=pemko,
            quote="mengundang Wali Kota Batam, Amsakar Achmad",
        ),
    )


def describe(book: Book, xiangyang: Region) -> None:
    """What the article says about the city, with comparators and currency as stated."""
    about = "Xiangyang sendiri merupakan kota industri besar di Tiongkok"
    book.write(
        RegionFigure(
            region=xiangyang,
            measure="POPULATION",
            value=Decimal(6_000_000),
            unit="jiwa",
            source=OUTLET,
            quote="dengan jumlah penduduk mencapai 6 juta jiwa",
        )
    )
    book.write(
        RegionFigure(
            region=xiangyang,
            measure="GDP",
            comparator="MORE_THAN",
            value=Decimal(600_000_000_000),
            unit="CNY",
            source=OUTLET,
            quote="Produk Domestik Bruto (PDB) melebihi 600 miliar Yuan",
        )
    )
    for sector, text in [
        ("industry", f"{about}; rumah bagi industri otomotif besar seperti BYD"),
        ("new-energy", "Pusat inovasi dalam bidang energi baru"),
        ("agriculture", "Pusat inovasi dalam bidang pertanian modern"),
    ]:
        book.write(RegionTrait(region=xiangyang, kind="OFFER", sector=book.sector(sector), text=text, source=OUTLET))
