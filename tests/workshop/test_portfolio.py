"""The made-up agreements of the demo: each kind of thing at least once, as of the day of the demo."""

import datetime as dt
import io

import pypdfium2
import pytest
from django.db.models import Count

from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementKind,
    AgreementNature,
    AgreementState,
    Category,
    Deed,
    Evaluation,
    Measurement,
    Signatory,
    Signing,
    StepEntry,
    StepPhase,
)
from agreements.ways import Way
from tests.demo import TODAY, demo  # noqa: F401 -- a fixture
from workshop.demo.portfolio.log import REMARK
from workshop.demo.portfolio.papers import pdf

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def made_up(demo):  # noqa: F811
    return Agreement.objects.filter(remarks__startswith=REMARK)


def states(found, on=TODAY):
    return set(found.with_state(on).values_list("state", flat=True))


def test_there_are_sixty_and_more_kept_by_both(made_up):
    assert made_up.count() >= 60
    assert set(made_up.values_list("owner__code", flat=True)) == {"21.71", "35.07"}


def test_every_state_category_kind_nature_and_phase_occurs(made_up):
    assert states(made_up) == set(AgreementState.values)
    assert set(made_up.values_list("category", flat=True)) == set(Category.values)
    assert set(made_up.values_list("kind", flat=True)) == set(AgreementKind.values)
    assert set(made_up.values_list("nature", flat=True)) == set(AgreementNature.values)
    assert set(made_up.filter(step__isnull=False).values_list("step__phase", flat=True)) == set(StepPhase.values)


def test_each_of_the_two_regions_has_most_states_on_its_own(made_up):
    for code in ("21.71", "35.07"):
        assert len(states(made_up.filter(owner__code=code))) >= 8


def test_some_are_stopped_waived_skipped_reopened_and_late(made_up):
    deeds = set(StepEntry.objects.filter(agreement__in=made_up).values_list("deed", flat=True))
    here = [(Way(agreement).here, agreement) for agreement in made_up.filter(step__isnull=False, closed_as="")]

    assert deeds == set(Deed) - {Deed.TRANSFERRED}
    assert sum(1 for stop, _ in here if stop.days_over(TODAY)) >= 5


def test_a_gate_is_waived_by_the_manager_and_everything_else_logged_by_the_officer(made_up):
    entries = StepEntry.objects.filter(agreement__in=made_up)
    by = {entry.by.email.partition("@")[0] for entry in entries.filter(deed=Deed.WAIVED).select_related("by")}

    assert by == {"pimpinan"}
    assert {e.by.email.partition("@")[0] for e in entries.exclude(deed=Deed.WAIVED).select_related("by")} == {"petugas"}


def test_nothing_has_happened_after_today(made_up):
    assert not StepEntry.objects.filter(agreement__in=made_up, happened_on__gt=TODAY).exists()
    assert not Signing.objects.filter(agreement__in=made_up, starts_on__gt=TODAY).exists()
    assert not Measurement.objects.filter(measured_on__gt=TODAY).exists()
    assert not Evaluation.objects.filter(evaluated_on__gt=TODAY).exists()
    assert not made_up.filter(created_at__date__gt=TODAY).exists()


def test_a_lapse_stays_visible_between_the_end_and_the_renewal(made_up):
    renewal = made_up.get(nature="RENEWAL", term_months=60)
    first = renewal.predecessor
    in_between = renewal.signed_on - dt.timedelta(days=20)

    assert states(made_up.filter(pk=first.pk), in_between) == {"EXPIRED"}
    assert states(made_up.filter(pk=first.pk)) == {"RENEWED"}
    assert (first.term_months, first.runs_until < in_between) == (None, True)


def test_an_addendum_moved_an_end(made_up):
    changed = made_up.with_state(TODAY).get(successors__nature="ADDENDUM", owner__code="21.71")

    assert changed.runs_until < TODAY < changed.reach
    assert changed.state == "ACTIVE"


def test_two_addenda_all_manners_of_signing_and_evaluations_by_all_roles(made_up):
    assert made_up.filter(nature="ADDENDUM").count() == 2
    assert set(Signatory.objects.filter(party__agreement__in=made_up).values_list("manner", flat=True)) == {
        "DEFINITIVE", "PJ", "PLT",
    }  # fmt: skip
    assert set(Evaluation.objects.values_list("role", flat=True)) == {"SECRETARIAT", "UNIT", "PARTNER"}


def test_each_region_of_the_demo_has_some(made_up):
    for code in ("21.71", "35.07", "35.73", "73.12"):
        assert made_up.filter(parties__region__code=code).exists(), code


def test_a_title_is_rarely_used_twice(made_up):
    titles = list(made_up.exclude(title="").values_list("title", flat=True))

    assert len(titles) - len(set(titles)) <= 6


def test_django_finds_nothing_wrong_with_any_of_them(made_up):
    for agreement in made_up:
        agreement.full_clean()


def test_a_family_hangs_under_a_memorandum(made_up):
    family = made_up.annotate(below=Count("children")).order_by("-below").first()

    assert (family.kind, family.below) == ("KB", 3)
    assert made_up.filter(kind="IA", parent__kind="PKS", parent__parent=family).exists()


def test_two_provinces_and_five_cities_sign_one_agreement(made_up):
    [wide] = made_up.annotate(sides=Count("parties")).filter(sides=7)

    assert sorted(party.region.level for party in wide.parties.all()) == ["CITY"] * 5 + ["PROVINCE"] * 2
    assert wide.is_signed


def test_two_acting_heads_signed_on_different_days_over_a_video_link(made_up):
    [agreement] = made_up.filter(parties__signatories__manner="PJ").distinct()

    assert set(Signatory.objects.filter(party__agreement=agreement).values_list("manner", flat=True)) == {"PJ"}
    assert [s.by_video_link for s in agreement.signings.all()] == [True, True]
    assert len({s.starts_on for s in agreement.signings.all()}) == 2


def test_one_ceremony_signed_four_instruments(made_up):
    ceremonies = Signing.objects.filter(agreement__in=made_up, ceremony__isnull=False).values_list(
        "ceremony", flat=True
    )
    [ceremony] = set(ceremonies)
    signed = made_up.filter(signings__ceremony=ceremony)

    assert sorted(signed.values_list("kind", flat=True)) == ["KB", "KB", "PKS", "PKS"]
    assert signed.filter(parties__region__level="PROVINCE").count() == 1


def test_signed_ones_have_numbers_signatories_and_a_place(made_up):
    signed = made_up.filter(is_signed=True)

    assert not signed.filter(parties__number="", parties__role__in=["FIRST", "SECOND", "NTH"]).exists()
    assert not signed.filter(signings__place=None, signings__party=None).exists()
    assert not signed.annotate(who=Count("parties__signatories")).filter(who__lt=2).exists()


def test_programmes_are_measured_over_time_and_judged(made_up):
    assert Measurement.objects.filter(indicator__programme__agreement__in=made_up).count() >= 25
    assert set(Evaluation.objects.filter(agreement__in=made_up).values_list("advice", flat=True)) >= {
        "CONTINUE",
        "IMPROVE",
    }


def test_papers_are_real_pdfs_with_text(made_up):
    papers = AgreementAttachment.objects.filter(agreement__in=made_up)

    assert papers.count() >= 15
    with papers.first().file.open() as file:
        page = pypdfium2.PdfDocument(file.read())[0]
        assert "Contoh rekaan" in page.get_textpage().get_text_range()


def test_a_paper_keeps_brackets_and_breaks_long_lines():
    made = pdf(["(satu) " * 40, r"a\b"])
    page = pypdfium2.PdfDocument(io.BytesIO(made))[0]
    text = page.get_textpage().get_text_range()

    assert text.count("(satu)") == 40
    assert "a\\b" in text


def test_nobody_real_signs_a_made_up_agreement(made_up):
    ours = Signatory.objects.filter(party__agreement__in=made_up, party__region__code__in=["21.71", "35.07"])

    assert not ours.filter(official__isnull=False).exists()
    assert set(ours.filter(capacity__startswith="Wali Kota Batam").values_list("name", flat=True)) == {""}
    assert set(ours.filter(capacity__startswith="Bupati Malang").values_list("name", flat=True)) == {""}
