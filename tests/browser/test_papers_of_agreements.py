"""Papers, programmes and drafts of an agreement in a real browser; and a line that breaks in the middle of a file."""

import datetime as dt
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from agreements.models import Indicator, Measurement, Process, Programme, StepPaper
from agreements.moving import start
from documents import sending
from documents.arriving import PIECE
from documents.models import Upload
from tests.documents import files
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_member,
    make_organisation,
    make_process,
    make_region,
)

pytestmark = pytest.mark.django_db(transaction=True)

SCAN = files.pdf("scan " + "x" * (3 * PIECE))


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def agreement():
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    process = make_process("KSDD_S", "preparation council!? signed* carrying-out")
    Process.objects.filter(pk=process.pk).update(published_on=None)
    for step, kinds in zip(process.steps.all(), (("TOR", "OFFER"), ("DPRD_APPROVAL",), ("SIGNED",)), strict=False):
        for kind in kinds:
            StepPaper.objects.create(step=step, kind=kind)
    Process.objects.filter(pk=process.pk).update(published_on="2024-01-01")
    made = make_agreement(batam, malang, category="KSDD_S", kind="PKS", term_months=60)
    start(made, by=None)
    made.refresh_from_db()
    return made


@pytest.fixture
def signed_in(page, client, live_server, agreement):
    """A manager of Batam, reading English; what the browser complains about."""
    user = make_member(agreement.owner, "MANAGER", language="en", name="Rina Manager")
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    return user


@pytest.fixture
def line(monkeypatch):
    """The pieces that reached the server, by their place; those for which `line.breaks(n)` holds are lost there."""
    real = sending.receive

    class Line(list):
        breaks = staticmethod(lambda n: False)

    pieces = Line()

    def fragile(user, key, *, at, **kw):
        pieces.append(at)
        if pieces.breaks(len(pieces)):
            raise OSError("the line is broken")
        return real(user, key, at=at, **kw)

    monkeypatch.setattr(sending, "receive", fragile)
    return pieces


def test_a_broken_line_loses_neither_the_file_nor_the_form(page, live_server, signed_in, agreement, tmp_path, line):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    line.breaks = lambda n: n == 3
    page.goto(live_server.url + reverse("agreements:attachments", args=[agreement.pk]))
    page.get_by_label("Title").fill("Hasil pindai")
    page.get_by_label("Kind").select_option("MINUTES")

    page.get_by_label("Files").set_input_files(scan)
    page.get_by_role("button", name="Keep the files").click()
    page.get_by_text("1 file is kept.").wait_for()

    paper = agreement.attachments.get()
    assert (paper.title, paper.kind, paper.size) == ("Hasil pindai", "MINUTES", len(SCAN))
    assert line == [0, PIECE, 2 * PIECE, 2 * PIECE, 3 * PIECE]  # the one that was lost was sent again, and no other
    assert not Upload.objects.exists()


def test_after_closing_the_page_sending_goes_on_where_it_broke(page, live_server, signed_in, agreement, tmp_path, line):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    place = live_server.url + reverse("agreements:attachments", args=[agreement.pk])
    line.breaks = lambda n: n > 1
    page.goto(place)
    page.get_by_label("Files").set_input_files(scan)
    page.get_by_text("No connection.").wait_for()
    line.breaks = lambda n: False
    line.clear()

    page.goto(place)
    page.get_by_label("Files").set_input_files(scan)
    page.get_by_role("button", name="Keep the files").click()
    page.get_by_text("1 file is kept.").wait_for()

    assert agreement.attachments.get().size == len(SCAN)
    assert 0 not in line


def test_how_it_looks(page, live_server, signed_in, agreement, tmp_path):
    """Every page answers without a complaint of the browser; SIMPUL_SHOTS names a folder for pictures."""
    folder = os.environ.get("SIMPUL_SHOTS")
    made = Programme.objects.create(agreement=agreement, name="Pelatihan operator layanan", about="Dua angkatan.")
    made.unit_links.create(organisation=make_organisation("Diskominfo Batam", agreement.owner))
    better = Indicator.objects.create(
        programme=made, name="Operator terlatih", unit="orang", baseline=10, target=110,
        baseline_on=dt.date(2025, 1, 1), target_on=dt.date(2027, 12, 31),
    )  # fmt: skip
    Indicator.objects.create(programme=made, name="Waktu layanan", unit="menit", better="LOWER", target=15)
    for month, value in ((3, 25), (6, 48), (9, 45), (12, 71)):
        Measurement.objects.create(
            indicator=better,
            value=value,
            measured_on=dt.date(2025, month, 1),
            region=agreement.owner,
            by=signed_in,
            note="Angkatan baru",
        )
    agreement.evaluations.create(
        region=agreement.owner,
        by=signed_in,
        evaluated_on=dt.date(2025, 12, 20),
        rating=4,
        findings="Berjalan baik.",
        obstacles="Anggaran terlambat.",
        advice="CONTINUE",
        programme=made,
    )
    make_agreement_paper(agreement, kind="TOR", title="Kerangka acuan kerja", content=files.pdf("kak"), by=signed_in)
    complaints, faults = [], []
    page.on(
        "console", lambda message: message.type in {"error", "warning"} and complaints.append((page.url, message.text))
    )
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
    names = {
        "detail": ("detail", [agreement.pk]), "papers": ("attachments", [agreement.pk]),
        "programmes": ("programmes", [agreement.pk]), "programme": ("programme", [agreement.pk, made.pk]),
        "programme-new": ("programme-new", [agreement.pk]), "programme-edit": ("programme-edit", [agreement.pk, made.pk]),
        "measure": ("measurement-new", [agreement.pk, made.pk, better.pk]), "judge": ("evaluation-new", [agreement.pk]),
        "draft": ("draft", [agreement.pk]), "templates": ("draft-templates", []),
        "template": ("draft-template", [agreement.owner_id, "kb"]),
    }  # fmt: skip

    for name, (address, args) in names.items():
        for width, theme in ((1280, "light"), (390, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            answer = page.goto(live_server.url + reverse(f"agreements:{address}", args=args))
            assert answer.status == 200, name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            if width == 1280 or theme == "dark":
                found = Axe().run(page).response["violations"]
                faults += [(name, theme, v["id"]) for v in found if v["impact"] in {"serious", "critical"}]
            if folder:
                page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
    assert complaints == []
    assert faults == []
