"""Article 5 (Berita Terbaru): a programme in four phases ends in Batam on 6 September 2022 with a joint commitment.

The earlier phases are visits of their own and not mere mentions: the article gives their days and what was done. Who
took part in them it does not say. The ministry behind the programme is a party to an agreement, which comes with step
2; that somebody came from there is not said, so nobody is listed.
"""

import datetime as dt

from regions.models import Organisation, Region
from visits.models import (
    AgendaItem,
    Citation,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitSeries,
    VisitSource,
)
from workshop.demo.articles.batam import city_government, mayors_office
from workshop.demo.book import Book

OUTLET = "KEPRI.BERITATERBARU.CO.ID"
RUDI, AZRIL = "Muhammad Rudi, Wali Kota Batam", "Azril Apriansyah, Kepala Dinas Kominfo Kota Batam"


def log(book: Book) -> None:
    batam = book.region("21.71")
    pemko = city_government(book)
    book.organisation(
        "MINISTRY",
        "Kementerian Komunikasi dan Informatika",
        book.region("ID"),
        short_name="Kominfo",
        name_en="Ministry of Communication and Informatics",
    )
    series = book.write(
        VisitSeries(
            name="Bimbingan Teknis Penyusunan Masterplan Smart City (Kota Cerdas)",
            owner=batam,
            phases_planned=4,
            about="Terkait kesepakatan Kominfo dan Pemko Batam; Batam salah satu dari 50 kota yang terpilih.",
        )
    )
    log_earlier_phases(book, batam, series)
    log_closing(book, batam, pemko, series)


def article() -> VisitSource:
    return VisitSource(
        outlet=OUTLET,
        title="Bimtek Smartcity Ditutup, Rudi: Mari Wujudkan Batam Menjadi Kota Yang Modern",
        author="Zulfahmi",
        published_on=dt.date(2022, 9, 6),
        published_as_stated="Sep 6, 2022 - 15:18",
    )


def log_earlier_phases(book: Book, batam: Region, series: VisitSeries) -> None:
    phases: list[tuple[dt.date, str, str, list[str]]] = [
        (
            dt.date(2022, 6, 13),
            "13 Juni hingga 14 Juni 2022",
            "dengan poin penyamaan persepsi, konsolidasi tim juga analisis SWOT",
            ["Penyamaan persepsi", "Konsolidasi tim", "Analisis SWOT"],
        ),
        (
            dt.date(2022, 7, 13),
            "13 Juli-14 Juli",
            "menyepakati perumusan program jangka pendek, menengah dan jangka panjang",
            ["Menyepakati perumusan program jangka pendek, menengah, dan panjang"],
        ),
        (dt.date(2022, 8, 8), "8 hingga 9 Agustus", "finalisasi program smartcity", ["Finalisasi program smart city"]),
    ]
    for phase, (first, words, quote, items) in enumerate(phases, start=1):
        last = first + dt.timedelta(days=1)
        source = article()
        agenda = [AgendaItem(kind="PHASE", title=item, on=first, until=last, quote=quote) for item in items]
        # Phase two ends with something decided; the others only say what was worked on.
        decided = [
            Outcome(
                kind="DECISION",
                text="Perumusan program jangka pendek, menengah, dan panjang disepakati.",
                sector=book.sector("smart-city"),
                direction="MUTUAL",
                quote=quote,
            )
        ]
        book.visit(
            Visit(
                title=f"Bimtek Penyusunan Masterplan Smart City, tahap {phase}",
                owner=batam,
                host_region=batam,
                series=series,
                phase=phase,
                precision="RANGE",
                starts_on=first,
                ends_on=last,
                date_as_stated=words,
            ),
            ["BIMTEK"],
            source,
            *agenda,
            Topic(sector=book.sector("smart-city"), note="penyusunan masterplan smart city"),
            *(decided if phase == 2 else []),
            Citation(source=source, about="DATE", fact=f"Tahap {phase}.", quote=words),
        )


def log_closing(book: Book, batam: Region, pemko: Organisation, series: VisitSeries) -> None:
    ict = book.organisation(
        "OPD",
        "Dinas Komunikasi dan Informatika",
        batam,
        short_name="Diskominfo",
        name_en="Communication and Informatics Agency",
        parent=pemko,
    )
    rudi = book.official("Muhammad Rudi", title_before="H")
    book.position(rudi, "MAYOR", "Wali Kota Batam", pemko)
    azril = book.official("Azril Apriansyah")
    book.position(azril, "AGENCY_HEAD", "Kepala Dinas Komunikasi dan Informatika (Kominfo) Kota Batam", ict)
    office = mayors_office(book)
    book.venue("AIRPORT", "Bandara Internasional Hang Nadim", batam)
    book.venue("PORT", "Pelabuhan Batuampar", batam)
    book.venue("SEZ", "KEK Kesehatan Sekupang", batam)

    day, source = dt.date(2022, 9, 6), article()
    last_phase = "tahap empat, final review dan quick win serta diikuti penandatanganan komitmen bersama"
    visit = Visit(
        title="Penutupan Bimtek Penyusunan Masterplan Smart City dan penandatanganan komitmen bersama",
        owner=batam,
        host_region=batam,
        host_organisation=pemko,
        venue=book.venue("HALL", "Aula Engku Hamidah", batam, parent=office),
        venue_as_stated="Aula Engku Hamidah Kantor Walikota Batam",
        series=series,
        phase=4,
        precision="DAY",
        starts_on=day,
        ends_on=day,
        weekday=1,
        date_as_stated="Selasa (6/9) siang",
        purpose="Menutup rangkaian Bimbingan Teknis Penyusunan Masterplan Smart City (Kota Cerdas).",
    )
    book.visit(
        visit,
        ["BIMTEK", "SIGNING"],
        source,
        AgendaItem(kind="PHASE", title="Final review", quote=last_phase),
        AgendaItem(kind="PHASE", title="Quick win", quote=last_phase),
        AgendaItem(
            kind="SIGNING",
            title="Penandatanganan komitmen bersama menuju Smart City Kota Batam",
            on=day,
            quote="penandatanganan komitmen bersama menuju Smart City Kota Batam",
        ),
        Topic(
            sector=book.sector("smart-city"), note="penyusunan masterplan, final review dan quick win", emphasised=True
        ),
        Topic(sector=book.sector("ict"), note="kesepakatan Kominfo dan Pemko Batam"),
        Topic(sector=book.sector("transport"), note="Bandara Internasional Hang Nadim, Pelabuhan Batuampar"),
        Topic(sector=book.sector("health"), note="KEK Kesehatan di Sekupang"),
        Topic(sector=book.sector("public-works"), note="infrastruktur jalan"),
        Statement(
            speaker=RUDI,
            official=rudi,
            verbatim=False,
            text=(
                "Rencana yang telah ditetapkan hendaknya dijalankan sebaik mungkin, diwujudkan dalam tindakan nyata, "
                "dan dikoordinasikan dengan pihak-pihak terkait."
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            text=(
                "Secara bertahap kita telah lakukan, juga menyusun rencananya. Mudah-mudahan ke depan menjadi satu "
                "kota modern"
            ),
        ),
        Statement(
            speaker=RUDI,
            official=rudi,
            text=(
                "Maka bekerja dari hati, Kalau tak ini tak akan selesai. Tidak cukup hanya cerdas maupun inovasi, "
                "eksekusi dan keberanian juga diperlukan"
            ),
        ),
        Statement(speaker=RUDI, official=rudi, text="Saya sudah siapkan semua infrastruktur, tinggal dilanjutkan"),
        Statement(
            speaker=AZRIL,
            official=azril,
            text=(
                "Ini dilaksanakan terkait kesepakatan Kominfo dan Pemko Batam tetangga implementasi menuju kota "
                "cerdas 2022. Dimana Batam menjadi salah satu dari 50 kota yang terpilih menjadi tempat pelaksanaan "
                "bimtek ini"
            ),
            translation="Salah tulis di sumber: “tetangga implementasi” maksudnya “tentang implementasi”.",
        ),
        Statement(
            speaker=AZRIL,
            official=azril,
            text=(
                "Kami ucapkan terimakasih karena telah mengikuti kegiatan ini dengan baik. Semoga berguna bagi "
                "pembangunan Kota Batam"
            ),
        ),
        Outcome(
            kind="DOCUMENT",
            text="Komitmen bersama menuju Smart City Kota Batam; penanda tangannya tidak disebut.",
            sector=book.sector("smart-city"),
            nature="SIGNED_SOFT",
            quote="penandatanganan komitmen bersama menuju Smart City Kota Batam",
        ),
        Outcome(
            kind="DECISION",
            text="Batam menjadi kota modern.",
            nature="VERBAL",
            given_by=RUDI,
            due_as_stated="pada 2029 mendatang",
            follow_up="NOT_NEEDED",  # as a target with a year: see follow_ups.py
            quote="Rudi menargetkan Batam menjadi kota modern yakni pada 2029 mendatang",
        ),
        Citation(source=source, about="DATE", fact="Selasa, 6 September 2022.", quote="Selasa (6/9) siang"),
        Citation(
            source=source,
            about="PLACE",
            fact="Aula Engku Hamidah di Kantor Wali Kota Batam.",
            quote="di Aula Engku Hamidah Kantor Walikota Batam",
        ),
        Citation(
            source=source,
            about="ORDINAL",
            fact="Tahap keempat; sebelumnya bulan Juni, Juli, dan Agustus.",
            quote="kegiatan tersebut merupakan kegiatan tahap keempat",
        ),
        Citation(
            source=source,
            about="PEOPLE",
            fact="“Kominfo” adalah Kementerian Kominfo, bukan dinas kota: 50 kota dipilih secara nasional.",
            quote="terkait kesepakatan Kominfo dan Pemko Batam",
            certainty="INFERRED",
        ),
        Citation(
            source=source,
            about="CONTEXT",
            fact=(
                "Infrastruktur yang sedang dibangun: Bandara Hang Nadim, Pelabuhan Batuampar, KEK Kesehatan Sekupang, "
                "jalan."
            ),
            quote=(
                "dari pengembangan Bandara Internasional Hang Nadim, pengembangan Pelabuhan Batuampar serta KEK "
                "Kesehatan di Sekupang juga melanjutkan pengembangan infrastruktur jalan"
            ),
        ),
    )
    book.party(
        visit,
        Delegation(side="HOST", region=batam, organisation=pemko),
        Delegate(
            form="NAMED",
            role="LEADER",
            official=rudi,
            name="Muhammad Rudi",
            capacity="Wali Kota Batam",
            organisation=pemko,
            quote="Wali Kota Batam Muhammad Rudi menutup rangkaian Bimbingan Teknis",
        ),
        Delegate(
            form="NAMED",
            official=azril,
            name="Azril Apriansyah",
            capacity="Kepala Dinas Komunikasi dan Informatika (Kominfo) Kota Batam",
            organisation=ict,
            quote="Kepala Dinas Komunikasi dan Informatika (Kominfo) Kota Batam Azril Apriansyah",
        ),
        # Whoever followed the guidance; whose people they were is not said, so no organisation.
        Delegate(
            form="GROUP",
            capacity="peserta Bimtek",
            certainty="INFERRED",
            quote="Kami ucapkan terimakasih karena telah mengikuti kegiatan ini dengan baik.",
        ),
    )
