import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from docx import Document

from agreements.drafts.facts import BLANK, blanks_in, facts_of, in_words, sample
from agreements.drafts.filling import check_template, fill_in
from agreements.drafts.house import house_template
from agreements.drafts.templates import replace_template
from agreements.models import Agreement, DraftTemplate
from documents.uploads import look_into
from records.models import Trashed
from tests.documents import files
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_member,
    make_officer,
    make_official,
    make_organisation,
    make_party,
    make_programme,
    make_region,
    make_signing,
    make_viewer,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


@pytest.fixture
def agreement(batam, malang):
    """Of which something is known, and something is not."""
    made = make_agreement(
        batam, malang, kind="PKS", title="Layanan publik", objectives="Layanan yang lebih cepat", term_months=60
    )
    first, second = made.parties.order_by("position")
    first.signatories.create(name="Amsakar Achmad", capacity="Wali Kota Batam")
    first.number = "119/PKS/2025"
    first.save()
    made.scope.create(text="Pertukaran data", direction="ONE_WAY", giver=first, receiver=second)
    return made


def said(content):
    """All that the Word file says, cells included."""
    document = Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def word(*paragraphs):
    return files.word(*paragraphs)


def test_of_a_month_or_year_a_draft_says_no_day(batam, malang):
    bounds = {"valid_from": dt.date(2025, 1, 1), "valid_until": dt.date(2029, 12, 31)}
    of_years = facts_of(make_agreement(batam, malang, **bounds, validity_precision="YEAR"))
    of_months = facts_of(make_agreement(batam, malang, **bounds, validity_precision="MONTH"))

    assert (of_years["mulai"], of_years["berakhir"]) == ("2025", "2029")
    assert (of_months["mulai"], of_months["berakhir"]) == ("Januari 2025", "Desember 2029")


def test_the_facts_are_known_or_visibly_blank_and_never_invented(agreement):
    facts = facts_of(agreement)

    assert (facts["tentang"], facts["jangka_waktu"]) == ("LAYANAN PUBLIK", "5 (lima) tahun")
    assert {facts[name] for name in ("hari", "tanggal", "bulan", "tahun", "tempat", "pembiayaan", "mulai")} == {BLANK}
    first, second = facts["pihak"]
    assert (first["nama"], first["penandatangan"], first["jabatan"], first["nomor"]) == (
        "Pemerintah Kota Batam", "Amsakar Achmad", "Wali Kota Batam", "119/PKS/2025",
    )  # fmt: skip
    assert (second["penandatangan"], second["nomor"]) == (BLANK, BLANK)
    assert facts["ruang_lingkup"] == [
        {"huruf": "a", "judul": BLANK, "teks": "Pertukaran data", "arah": "dari PIHAK KESATU kepada PIHAK KEDUA"}
    ]


def test_a_day_is_written_out_and_a_month_fills_no_day(agreement):
    make_signing(agreement, dt.date(2025, 6, 16), place_as_stated="Batam")
    known = facts_of(agreement)
    agreement.signings.update(precision="MONTH", starts_on=dt.date(2025, 6, 1), ends_on=dt.date(2025, 6, 30))
    vague = facts_of(agreement)

    assert [known[name] for name in ("hari", "tanggal", "bulan", "tahun", "tempat")] == [
        "Senin", "enam belas", "Juni", "dua ribu dua puluh lima (16-06-2025)", "Batam",
    ]  # fmt: skip
    assert [vague[name] for name in ("hari", "tanggal", "bulan", "tahun", "tempat")] == [BLANK] * 4 + ["Batam"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"), (10, "sepuluh"), (11, "sebelas"), (16, "enam belas"), (20, "dua puluh"), (31, "tiga puluh satu"),
        (100, "seratus"), (115, "seratus lima belas"), (1000, "seribu"), (2025, "dua ribu dua puluh lima"),
    ],
)  # fmt: skip
def test_numbers_in_words(number, words):
    assert in_words(number) == words


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [
        ("LOI", ["PERNYATAAN KEHENDAK", "Maksud dan Tujuan", "Ruang Lingkup", "Pelaksanaan", "Jangka Waktu", "Narahubung", "Perubahan", "Penutup"]),
        ("KB", ["KESEPAKATAN BERSAMA", "MAKSUD DAN TUJUAN", "RUANG LINGKUP", "PELAKSANAAN", "JANGKA WAKTU", "NARAHUBUNG", "ADENDUM", "PENUTUP"]),
        ("PKS", ["PERJANJIAN KERJA SAMA", "HAK DAN KEWAJIBAN", "KEADAAN KAHAR", "PENYELESAIAN PERSELISIHAN", "ADENDUM", "PENUTUP"]),
    ],
)  # fmt: skip
def test_the_templates_of_the_house_have_the_least_clauses_and_fill_in(agreement, kind, clauses):
    check_template(house_template(kind))

    text = said(fill_in(house_template(kind), facts_of(agreement)))

    assert [clause for clause in clauses if clause not in text] == []
    assert "LAYANAN PUBLIK" in text
    assert "Amsakar Achmad" in text
    assert "{{" not in text
    assert "{%" not in text
    assert BLANK in text


def test_there_is_a_signature_for_each_of_seven_parties():
    regions = [make_region(f"Kota {n}") for n in range(7)]
    agreement = make_agreement(*regions)

    text = said(fill_in(house_template("KB"), facts_of(agreement)))

    assert text.count("PIHAK KETUJUH,") == 1
    assert "PEMERINTAH KOTA 6" in text


def test_the_texts_of_the_record_are_texts_and_no_templates(agreement):
    agreement.title, agreement.about = "{{ pihak }} & <b>", "satu\ndua {% for x in y %}"

    text = said(fill_in(house_template("KB"), facts_of(agreement)))

    assert "{{ PIHAK }} & <B>" in text
    assert "dua {% for x in y %}" in text


@pytest.mark.usefixtures("_in_english")
def test_a_template_with_an_unknown_placeholder_is_refused_by_name():
    with pytest.raises(ValidationError) as refusal:
        check_template(word("{{ tentang }}", "{{ tujuann }}", "{{ gaji }}"))

    assert refusal.value.messages == [
        "{{ gaji }} is no placeholder. See the list below.",
        "{{ tujuann }} is no placeholder. Did you mean {{ tujuan }}?",
    ]


@pytest.mark.parametrize(
    ("paragraphs", "told"),
    [
        (["{%p for p in pihak %}", "{{ p.gelar }}", "{%p endfor %}"], "“gelar” is no part"),
        (["{{ tentang"], "."),
        (["{%p for p in pihak %}", "{{ p.nama }}"], "endfor"),
        (["{{ tentang * 9999999 }}"], "only placeholders"),
        (["{{ tentang.__class__.__mro__ }}"], "may not do"),
        (["{{ tentang.upper() }}"], "only placeholders"),
        (["{% for a in pihak %}{% for b in pihak %}{% for c in pihak %}x{% endfor %}{% endfor %}{% endfor %}"], "two deep"),
        (["{{ tentang | attr('x') }}"], "attr"),
        (["No placeholder at all"], "There is no placeholder"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("_in_english")
def test_a_template_that_cannot_be_filled_in_is_refused(paragraphs, told):
    with pytest.raises(ValidationError) as refusal:
        check_template(word(*paragraphs))

    assert told in " ".join(refusal.value.messages)


def test_the_sample_has_every_placeholder(agreement):
    facts = facts_of(agreement)

    assert sample().keys() == facts.keys()
    assert all(sample()[name][0].keys() == facts[name][0].keys() for name in ("pihak", "ruang_lingkup", "program"))


def test_what_is_blank_is_listed_by_the_party(agreement):
    named = dict(blanks_in(facts_of(agreement)))

    assert "tujuan" not in named
    assert {"hari", "pembiayaan", "pihak.penandatangan"} <= named.keys()


# Pages


def url(name, *args):
    return reverse(f"agreements:{name}", args=args)


def test_the_draft_is_downloaded_as_a_word_file(client, agreement, batam):
    client.force_login(make_viewer(batam))

    page = client.get(url("draft", agreement.pk))
    answer = client.get(url("draft-file", agreement.pk, "pks"))

    assert page.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="rancangan-pks-layanan-publik.docx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert "LAYANAN PUBLIK" in said(answer.content)


def test_the_page_costs_15_queries_however_much_the_draft_says(
    client, agreement, batam, malang, django_assert_max_num_queries
):
    replace_template(batam, "KB", look_into(upload("kami.docx", word("Tentang {{ tentang }}"))), by=None)
    unit, parent = make_organisation("Bappeda", malang), make_agreement(batam, malang, title="")
    parent.parties.update(number="12/KB/2020")
    Agreement.objects.filter(pk=agreement.pk).update(title="", parent=parent)
    for n in range(3):
        agency = make_organisation(f"Dinas {n}", malang)
        party = make_party(agreement, agency, role="NTH", unit=unit, on_behalf_of_region=batam, position=n + 2)
        party.signatories.create(official=make_official(f"Pejabat {n}"), capacity="Kepala Dinas")
        make_signing(agreement, party=party, place=batam)
        agreement.scope.create(text="Pelatihan", direction="ONE_WAY", giver=party)
        make_programme(agreement, f"Program {n}")
        make_agreement_paper(agreement, name=f"{n}.pdf")
    client.force_login(make_officer(batam, language="en"))

    with django_assert_max_num_queries(15):
        answer = client.get(url("draft", agreement.pk))

    assert [one["template"] and one["template"].region for one in answer.context["kinds"]] == [None, None, batam]


def test_the_draft_is_kept_as_a_paper(client, agreement, batam):
    officer = make_officer(batam, language="en")
    client.force_login(officer)

    answer = client.post(url("draft", agreement.pk), {"kind": "PKS"})

    assert answer.url == f"{agreement.get_absolute_url()}#papers"
    paper = agreement.attachments.get()
    assert (paper.kind, paper.owner, paper.uploaded_by, paper.title) == (
        "DRAFT", batam, officer, "Draft: Cooperation agreement",
    )  # fmt: skip


def test_who_may_draft_and_who_may_keep(client, agreement, batam):
    found = {}
    for name, user in {"stranger": make_officer(make_region("Kota Medan")), "viewer": make_viewer(batam)}.items():
        client.force_login(user)
        found[name] = [
            client.get(url("draft", agreement.pk)).status_code,
            client.get(url("draft-file", agreement.pk, "kb")).status_code,
            client.post(url("draft", agreement.pk), {"kind": "KB"}).status_code,
        ]

    assert found == {"stranger": [404, 404, 404], "viewer": [200, 200, 403]}
    assert client.get(url("draft-file", agreement.pk, "xyz")).status_code == 404


def test_an_office_replaces_its_template_and_goes_back(
    client, agreement, batam, malang, django_capture_on_commit_callbacks
):
    manager = make_member(batam, "MANAGER", language="en")
    client.force_login(manager)
    place = url("draft-template", batam.pk, "pks")

    client.post(place, {"uploads": upload("kami.docx", word("Naskah kami tentang {{ tentang }}"))})
    own = said(client.get(url("draft-file", agreement.pk, "pks")).content)
    client.force_login(make_viewer(batam))
    read = said(client.get(url("draft-file", agreement.pk, "pks")).content)
    client.force_login(make_officer(malang))
    theirs = said(client.get(url("draft-file", agreement.pk, "pks")).content)
    client.force_login(manager)
    with django_capture_on_commit_callbacks(execute=True):
        stored = DraftTemplate.objects.get().file
        client.post(url("draft-template-back", batam.pk, "pks"))

    assert own == read == "Naskah kami tentang LAYANAN PUBLIK"
    assert "Naskah kami" not in theirs
    assert not DraftTemplate.objects.exists()
    assert Trashed.objects.get().files == [stored.name]  # it waits in the trash with its row


def test_a_bad_template_is_refused_on_the_page_and_the_old_one_stays(client, batam):
    client.force_login(make_member(batam, "MANAGER", language="en"))
    place = url("draft-template", batam.pk, "kb")

    wrong = client.post(place, {"uploads": upload("kami.docx", word("{{ salah }}"))})
    pdf = client.post(place, {"uploads": upload("kami.pdf")})

    assert (wrong.status_code, pdf.status_code) == (422, 422)
    assert "{{ salah }} is no placeholder." in wrong.content.decode()
    assert not DraftTemplate.objects.exists()


def test_the_template_in_force_is_downloaded(client, batam):
    client.force_login(make_member(batam, "MANAGER"))

    answer = client.get(url("draft-template-file", batam.pk, "loi"))

    assert "{{ para_pihak }}" in said(answer.content)


def test_only_managers_keep_templates(client, batam, malang):
    found = {}
    for name, user in {"officer": make_officer(batam), "manager of others": make_member(malang, "MANAGER")}.items():
        client.force_login(user)
        found[name] = [
            client.get(url("draft-template", batam.pk, "kb")).status_code,
            client.post(url("draft-template", batam.pk, "kb"), {"uploads": upload("a.docx", word("x"))}).status_code,
            client.get(url("draft-template-file", batam.pk, "kb")).status_code,
            client.post(url("draft-template-back", batam.pk, "kb")).status_code,
        ]
    client.force_login(make_member(batam, "MANAGER"))

    assert found == {"officer": [403] * 4, "manager of others": [403] * 4}
    assert client.get(url("draft-templates")).status_code == 200
    assert client.get(url("draft-template-back", batam.pk, "kb")).status_code == 405
