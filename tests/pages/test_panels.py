"""Filter panels: drawn once for all who chose the same, and never for one who chose something else."""

import pytest
from django.urls import reverse

from pages import panels
from tests.factories import make_officer, make_region
from visits.models import VisitKind

pytestmark = pytest.mark.django_db
LIST = reverse("visits:list")


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """The panels that are drawn, by template; none is kept from another test."""
    monkeypatch.setattr(panels, "_kept", type(panels._kept)())
    seen = []
    draw = panels.render_to_string

    def watched(template, context):
        seen.append(template)
        return draw(template, context)

    monkeypatch.setattr(panels, "render_to_string", watched)
    return seen


@pytest.fixture
def batam(db):
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def signed_in(client, batam):
    client.force_login(make_officer(batam))
    return client


@pytest.mark.parametrize("address", ["", "?status=REPORTED", "?q=cabai&sort=date", "?since=2026-01-01&open=on"])
def test_a_panel_is_drawn_once_for_all_pages_of_what_was_chosen(signed_in, drawn, address):
    first = signed_in.get(LIST + address).context["panel"]

    again = signed_in.get(LIST + address + ("&" if address else "?") + "page=2").context["panel"]

    assert again == first
    assert drawn == ["visits/_filter.html"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "?status=REPORTED"),
        ("?status=REPORTED", "?status=PLANNED"),
        ("?q=cabai", "?q=kopi"),
        ("?q=cabai", "?q=cabai&columns=host"),
        ("?q=cabai", "?q=cabai&view=7"),
    ],
)
def test_what_differs_is_drawn_anew(signed_in, one, other):
    before = signed_in.get(LIST + one).context["panel"]

    after = signed_in.get(LIST + other).context["panel"]

    assert after != before


def test_each_language_has_its_own(client, batam, drawn):
    officer = make_officer(batam)
    client.force_login(officer)
    for language in ("id", "en"):
        officer.language = language
        officer.save()
        client.get(LIST)

    assert len(drawn) == len(panels._kept) == 2


def test_the_name_of_a_record_is_drawn_for_its_reader_alone(signed_in, drawn):
    malang = make_region("Kota Malang", code="35.73")
    for _ in range(2):
        assert "Kota Malang" in signed_in.get(f"{LIST}?region={malang.pk}").context["panel"]

    assert len(drawn) == 2
    assert not panels._kept


def test_a_mistake_is_explained_and_not_kept(signed_in):
    wrong = signed_in.get(f"{LIST}?status=NOTHING")

    assert wrong.status_code == 422
    assert 'class="error-summary' in wrong.context["panel"]
    assert not panels._kept


def test_a_new_kind_of_visit_is_on_offer_at_once(signed_in):
    signed_in.get(LIST)
    VisitKind.objects.create(name_id="Kunjungan ke kebun", name_en="Visit to a garden")

    assert "Kunjungan ke kebun" in signed_in.get(LIST).context["panel"]


def test_a_process_does_not_keep_panels_without_end(signed_in):
    for number in range(panels.KEPT + 3):
        signed_in.get(f"{LIST}?q=word{number}")
    signed_in.get(f"{LIST}?q={'x' * panels.LONGEST}")

    assert len(panels._kept) == panels.KEPT
    assert f"word{panels.KEPT + 2}" in str(list(panels._kept)[-1])
