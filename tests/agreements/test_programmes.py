import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agreements.models import Evaluation, Indicator, Measurement, Programme
from agreements.programmes import Course, programme_sections
from tests.documents import files
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_membership,
    make_officer,
    make_organisation,
    make_region,
    make_unit_user,
    make_viewer,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


@pytest.fixture
def agreement(batam, malang):
    return make_agreement(batam, malang)


@pytest.fixture
def officer(batam):
    return make_officer(batam, language="en")


@pytest.fixture
def unit(malang):
    return make_organisation("Diskominfo", malang)


@pytest.fixture
def programme(agreement, unit):
    made = Programme.objects.create(agreement=agreement, name="Pelatihan operator")
    made.unit_links.create(organisation=unit)
    return made


@pytest.fixture
def indicator(programme):
    return Indicator.objects.create(
        programme=programme, name="Operator terlatih", unit="orang", baseline=10, target=110,
        baseline_on=dt.date(2025, 1, 1), target_on=dt.date(2030, 12, 31),
    )  # fmt: skip


def measure(indicator, value, on=dt.date(2025, 6, 1), region=None, **kw):
    region = region or indicator.programme.agreement.owner
    return Measurement.objects.create(indicator=indicator, value=value, measured_on=on, region=region, **kw)


def url(name, *args):
    return reverse(f"agreements:{name}", args=args)


def sheet(**kw):
    """The form of a programme with one unit and one indicator."""
    return {
        "name": "Pelatihan operator", "about": "", "certainty": "STATED", "quote": "",
        "units-TOTAL_FORMS": "1", "units-INITIAL_FORMS": "0",
        "indicators-TOTAL_FORMS": "1", "indicators-INITIAL_FORMS": "0",
        "indicators-0-name": "Operator terlatih", "indicators-0-unit": "orang", "indicators-0-better": "HIGHER",
        "indicators-0-baseline": "10", "indicators-0-target": "1,100", "indicators-0-target_on": "2026-12-31",
    } | kw  # fmt: skip


def course(indicator, *values, user=None):
    measured = [
        Measurement(indicator=indicator, value=Decimal(v), measured_on=dt.date(2025, n + 1, 1))
        for n, v in enumerate(values)
    ]
    return Course(indicator, measured, user, on=dt.date(2026, 6, 1))


# Numbers


@pytest.mark.parametrize(
    ("better", "baseline", "target", "value", "percent", "reached"),
    [
        ("HIGHER", 10, 110, "60", 50, False),
        ("HIGHER", 10, 110, "110", 100, True),
        ("HIGHER", 10, 110, "160", 150, True),
        ("HIGHER", 10, 110, "5", -5, False),
        ("HIGHER", None, 50, "25", 50, False),
        ("LOWER", 30, 10, "20", 50, False),
        ("LOWER", 30, 10, "9", 105, True),
        ("HIGHER", 10, None, "20", None, False),
        ("HIGHER", 10, 10, "10", None, True),
    ],
)
def test_progress_is_the_way_from_the_baseline_to_the_target(better, baseline, target, value, percent, reached):
    indicator = Indicator(better=better, baseline=baseline, target=target)

    shown = course(indicator, value)

    assert (shown.percent, shown.is_reached) == (percent, reached)
    assert 0 <= shown.bar <= 100


@pytest.mark.parametrize(
    ("values", "target_on", "told"),
    [
        ([], None, "Not measured yet"),
        (["110"], dt.date(2020, 1, 1), "Target reached"),
        (["20"], dt.date(2020, 1, 1), "Target missed"),
        ([], dt.date(2020, 1, 1), "Target missed"),
        (["20"], dt.date(2999, 1, 1), "Under way"),
    ],
)
def test_where_it_stands_is_told_in_words(officer, values, target_on, told):
    indicator = Indicator(baseline=10, target=110, target_on=target_on)

    with translation.override("en"):
        assert course(indicator, *values, user=officer).standing[0] == told


def test_the_drawing_keeps_its_marks_inside_and_in_order():
    shown = course(Indicator(pk=1, baseline=Decimal(10), target=Decimal(110), unit="orang"), "20", "90", "60")

    assert [mark.x for mark in shown.marks] == sorted(mark.x for mark in shown.marks)
    assert all(0 < mark.x < 320 and 0 < mark.y < 120 for mark in shown.marks)
    assert shown.target_y < shown.marks[1].y < shown.marks[2].y < shown.marks[0].y < shown.baseline_mark[1]


def test_one_measurement_alone_is_no_drawing():
    assert not course(Indicator(), "20").is_drawn
    assert course(Indicator(), "20").marks[0].x == 160


# Programmes


def test_an_officer_adds_a_programme_with_units_and_indicators(client, officer, agreement, unit):
    client.force_login(officer)

    answer = client.post(url("programme-new", agreement.pk), sheet(**{"units-0-organisation": unit.pk}))

    made = Programme.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.agreement, made.name, list(made.units.all())) == (agreement, "Pelatihan operator", [unit])
    assert made.indicators.values_list("name", "baseline", "target", "target_on").get() == (
        "Operator terlatih", 10, 1100, dt.date(2026, 12, 31),
    )  # fmt: skip


def test_posting_twice_is_posting_once(client, officer, agreement):
    client.force_login(officer)
    typed = sheet(submission="0f9f2f2e-0000-4000-8000-000000000001")

    for _ in range(2):
        client.post(url("programme-new", agreement.pk), typed)

    assert Programme.objects.count() == 1


def test_a_bad_programme_is_refused_and_nothing_typed_is_lost(client, officer, agreement):
    client.force_login(officer)

    answer = client.post(
        url("programme-new", agreement.pk),
        sheet(name="", starts_on="2026-02-01", ends_on="2026-01-01", **{"indicators-0-target": "banyak"}),
    )

    assert answer.status_code == 422
    assert 'value="banyak"' in answer.content.decode()
    assert not Programme.objects.exists()


def test_rows_are_added_without_javascript(client, officer, agreement):
    client.force_login(officer)

    answer = client.post(url("programme-new", agreement.pk), sheet(add="indicators"))

    assert answer.status_code == 200
    assert 'name="indicators-1-name"' in answer.content.decode()


def test_a_programme_is_changed_and_two_officers_both_learn_of_it(client, officer, agreement, programme):
    client.force_login(officer)
    place = url("programme-edit", agreement.pk, programme.pk)
    page = client.get(place)
    typed = sheet(name="Milik saya", version=page.context["version"], base=page.context["base"])
    typed |= {"units-TOTAL_FORMS": "0", "indicators-TOTAL_FORMS": "0"}
    Programme.objects.filter(pk=programme.pk).update(name="Milik orang lain")

    stale = client.post(place, typed)

    assert stale.status_code == 409
    assert "Milik orang lain" in stale.content.decode()
    assert "Milik saya" in stale.content.decode()
    again = client.post(place, typed | {"version": stale.context["version"], "base": stale.context["base"]})
    assert again.status_code == 302
    programme.refresh_from_db()
    assert programme.name == "Milik saya"


def test_an_indicator_that_was_measured_is_not_removed_by_a_slip(client, officer, agreement, programme, indicator):
    measure(indicator, 20)
    client.force_login(officer)
    place = url("programme-edit", agreement.pk, programme.pk)
    page = client.get(place)
    typed = sheet(version=page.context["version"], base=page.context["base"])
    typed |= {"units-TOTAL_FORMS": "0", "indicators-0-key": indicator.pk, "indicators-0-removed": "yes"}

    answer = client.post(place, typed)

    assert answer.status_code == 422
    assert "has 1 measurement" in answer.content.decode()
    assert Indicator.objects.filter(pk=indicator.pk).exists()


def test_a_programme_is_deleted_after_a_question(client, officer, agreement, programme, indicator):
    measure(indicator, 20)
    client.force_login(officer)
    place = url("programme-delete", agreement.pk, programme.pk)

    assert client.get(place).status_code == 200
    assert client.post(place).url == f"{agreement.get_absolute_url()}#programmes"
    assert not Programme.objects.exists()


# Measurements


def test_a_partner_measures_for_its_own_side_with_a_new_file_as_evidence(
    client, agreement, programme, indicator, malang
):
    partner = make_officer(malang, language="en")
    client.force_login(partner)

    answer = client.post(
        url("measurement-new", agreement.pk, programme.pk, indicator.pk),
        {"measured_on": "2025-06-01", "value": "1.250,5", "note": "Angkatan 1", "uploads": upload("bukti.pdf")},
        headers={"accept-language": "id"},
    )

    # the partner reads English: 1.250,5 is none of its numbers
    assert answer.status_code == 422
    answer = client.post(
        url("measurement-new", agreement.pk, programme.pk, indicator.pk),
        {"measured_on": "2025-06-01", "value": "1,250.5", "note": "Angkatan 1", "uploads": upload("bukti.pdf")},
    )
    made = Measurement.objects.get()
    assert answer.url == f"{programme.get_absolute_url()}#measurement-{made.pk}"
    assert (made.value, made.region, made.by, made.note) == (Decimal("1250.5"), malang, partner, "Angkatan 1")
    assert (made.attachment.kind, made.attachment.owner, made.attachment.filename) == ("EVIDENCE", malang, "bukti.pdf")


def test_a_unit_user_measures_the_programmes_of_its_unit_only(client, agreement, programme, indicator, unit, malang):
    other = Programme.objects.create(agreement=agreement, name="Lain")
    foreign = Indicator.objects.create(programme=other, name="x", unit="y")
    client.force_login(make_unit_user(unit))
    typed = {"measured_on": "2025-06-01", "value": "20"}

    own = client.post(url("measurement-new", agreement.pk, programme.pk, indicator.pk), typed)
    refused = client.post(url("measurement-new", agreement.pk, other.pk, foreign.pk), typed)

    assert (own.status_code, refused.status_code) == (302, 403)
    assert Measurement.objects.get().region == malang


def test_a_viewer_of_the_unit_does_not_measure(client, agreement, programme, indicator, unit):
    viewer = make_membership(unit=unit, role="VIEWER").user
    client.force_login(viewer)

    place = url("measurement-new", agreement.pk, programme.pk, indicator.pk)
    assert client.get(place).status_code == 403


def test_a_measurement_and_an_evaluation_sent_twice_are_one(client, officer, agreement, programme, indicator):
    client.force_login(officer)
    measured = {"measured_on": "2025-06-01", "value": "20", "note": "Angkatan 1"}
    judged = {"role": "SECRETARIAT", "evaluated_on": "2025-06-30", "rating": "4"}

    for _ in range(2):
        client.post(url("measurement-new", agreement.pk, programme.pk, indicator.pk), measured)
        client.post(url("evaluation-new", agreement.pk), judged)

    assert (Measurement.objects.count(), Evaluation.objects.count()) == (1, 1)


def test_two_evaluations_of_one_day_that_differ_in_their_period_are_two(client, officer, agreement):
    client.force_login(officer)
    judged = {"role": "SECRETARIAT", "evaluated_on": "2026-01-05", "rating": "4"}

    for first, last in (("2025-01-01", "2025-06-30"), ("2025-07-01", "2025-12-31")):
        client.post(url("evaluation-new", agreement.pk), judged | {"period_from": first, "period_until": last})

    assert sorted(one.period_from for one in agreement.evaluations.all()) == [
        dt.date(2025, 1, 1), dt.date(2025, 7, 1)
    ]  # fmt: skip


def test_a_measurement_that_is_sent_again_with_its_evidence_does_not_lose_it(
    client, officer, agreement, programme, indicator
):
    client.force_login(officer)
    place = url("measurement-new", agreement.pk, programme.pk, indicator.pk)
    measured = {"measured_on": "2025-06-01", "value": "20"}

    client.post(place, measured)
    for _ in range(2):
        client.post(place, measured | {"uploads": upload("daftar hadir.pdf", files.pdf())})

    assert [str(one.attachment) for one in Measurement.objects.order_by("pk")] == ["None", "daftar hadir.pdf"]
    assert agreement.attachments.count() == 1


def test_the_future_is_not_measured(client, officer, agreement, programme, indicator):
    client.force_login(officer)

    answer = client.post(
        url("measurement-new", agreement.pk, programme.pk, indicator.pk), {"measured_on": "2150-01-01", "value": "1"}
    )

    assert answer.status_code == 422
    assert not Measurement.objects.exists()


def test_a_paper_that_the_reader_may_not_see_is_no_evidence(client, officer, agreement, programme, indicator, malang):
    secret = make_agreement_paper(agreement, malang, access="RESTRICTED", title="Rahasia mereka")
    client.force_login(officer)
    place = url("measurement-new", agreement.pk, programme.pk, indicator.pk)

    answer = client.post(place, {"measured_on": "2025-06-01", "value": "1", "attachment": secret.pk})

    assert answer.status_code == 422
    assert "Rahasia mereka" not in answer.content.decode()


def test_restricted_evidence_of_the_other_side_is_not_named(client, officer, agreement, programme, indicator, malang):
    secret = make_agreement_paper(agreement, malang, access="RESTRICTED", title="Rahasia mereka")
    measure(indicator, 20, region=malang, attachment=secret)
    client.force_login(officer)

    assert "Rahasia mereka" not in client.get(programme.get_absolute_url()).content.decode()


def test_a_measurement_is_changed_and_deleted_by_its_own_side_alone(
    client, officer, agreement, programme, indicator, malang
):
    theirs, ours = measure(indicator, 20, region=malang), measure(indicator, 30)
    client.force_login(officer)
    pages = ["measurement-edit", "measurement-delete"]

    assert [client.get(url(p, agreement.pk, programme.pk, theirs.pk)).status_code for p in pages] == [403, 403]
    typed = {"measured_on": "2025-06-01", "value": "35", "version": ours.version}
    client.post(url("measurement-edit", agreement.pk, programme.pk, ours.pk), typed)
    ours.refresh_from_db()
    assert ours.value == 35
    stale = client.post(url("measurement-edit", agreement.pk, programme.pk, ours.pk), typed | {"value": "36"})
    assert stale.status_code == 409
    client.post(url("measurement-delete", agreement.pk, programme.pk, ours.pk))
    assert list(Measurement.objects.all()) == [theirs]


@pytest.mark.parametrize(("role", "status"), [("UNIT_USER", 200), ("VIEWER", 403)])
def test_whoever_made_a_measurement_changes_it_only_while_they_measure_for_its_side(
    client, agreement, programme, indicator, malang, batam, unit, role, status
):
    user = make_officer(malang)
    made = measure(indicator, 20, region=malang, by=user)
    user.memberships.all().delete()
    make_membership(user, batam, role="VIEWER")
    make_membership(user, unit=unit, role=role)
    client.force_login(user)
    pages = ["measurement-edit", "measurement-delete"]

    assert {client.get(url(p, agreement.pk, programme.pk, made.pk)).status_code for p in pages} == {status}


# Evaluations


def test_each_side_judges_and_changes_only_its_own(client, officer, agreement, malang):
    client.force_login(make_officer(malang))
    typed = {"role": "PARTNER", "evaluated_on": "2025-06-30", "rating": "4", "findings": "Baik", "advice": "CONTINUE"}
    answer = client.post(url("evaluation-new", agreement.pk), typed)
    made = Evaluation.objects.get()

    assert answer.url == f"{agreement.get_absolute_url()}#evaluations"
    assert (made.region, made.rating, made.advice, made.role) == (malang, 4, "CONTINUE", "PARTNER")
    client.force_login(officer)
    assert client.get(url("evaluation-edit", agreement.pk, made.pk)).status_code == 403
    assert client.post(url("evaluation-delete", agreement.pk, made.pk)).status_code == 403


@pytest.mark.parametrize(
    "typed",
    [{"rating": "6"}, {"rating": ""}, {"rating": "4", "evaluated_on": "2150-01-01"},
     {"rating": "4", "period_from": "2025-02-01", "period_until": "2025-01-01"}],
)  # fmt: skip
def test_a_bad_evaluation_is_refused(client, officer, agreement, typed):
    client.force_login(officer)

    answer = client.post(
        url("evaluation-new", agreement.pk), {"role": "SECRETARIAT", "evaluated_on": "2025-06-30"} | typed
    )

    assert answer.status_code == 422
    assert not Evaluation.objects.exists()


def test_an_evaluation_of_a_programme_of_another_agreement_is_refused(client, officer, agreement, batam):
    foreign = Programme.objects.create(agreement=make_agreement(batam), name="Lain")
    client.force_login(officer)

    answer = client.post(
        url("evaluation-new", agreement.pk),
        {"role": "SECRETARIAT", "evaluated_on": "2025-06-30", "rating": "3", "programme": foreign.pk},
    )

    assert answer.status_code == 422


# Pages


def test_the_page_of_a_programme_tells_all(client, officer, agreement, programme, indicator):
    measure(indicator, 60, note="Angkatan 2")
    measure(indicator, 30, on=dt.date(2025, 3, 1))
    Evaluation.objects.create(
        agreement=programme.agreement, programme=programme, evaluated_on=dt.date(2025, 12, 1), findings="Berjalan baik"
    )
    client.force_login(officer)

    page = client.get(programme.get_absolute_url()).content.decode()

    for words in (
        "Operator terlatih",
        "50 %",
        "Under way",
        "Angkatan 2",
        "Diskominfo",
        "Berjalan baik",
        "1 June 2025",
        '<svg class="chart"',
    ):
        assert words in page


def test_who_may_what(client, agreement, programme, indicator, batam, unit):
    pages = [
        url("programmes", agreement.pk), programme.get_absolute_url(), url("programme-new", agreement.pk),
        url("programme-edit", agreement.pk, programme.pk), url("programme-delete", agreement.pk, programme.pk),
        url("measurement-new", agreement.pk, programme.pk, indicator.pk), url("evaluation-new", agreement.pk),
    ]  # fmt: skip
    found = {}
    for name, user in {
        "stranger": make_officer(make_region("Kota Medan")),
        "viewer": make_viewer(batam),
        "unit user": make_unit_user(unit),
        "partner": make_officer(unit.region),
        "officer": make_officer(batam),
    }.items():
        client.force_login(user)
        found[name] = [client.get(page).status_code for page in pages]

    assert found == {
        "stranger": [404] * 7,
        "viewer": [200, 200, 403, 403, 403, 403, 403],
        "unit user": [200, 200, 403, 403, 403, 200, 403],
        "partner": [200, 200, 403, 403, 403, 200, 200],
        "officer": [200] * 7,
    }


def test_a_programme_is_found_only_under_its_own_agreement(client, officer, programme, batam):
    other = make_agreement(batam)
    client.force_login(officer)

    assert client.get(url("programme", other.pk, programme.pk)).status_code == 404
    assert client.get(url("programme-edit", other.pk, programme.pk)).status_code == 404


def test_one_and_three_cost_the_same(officer, agreement, unit, malang):
    counts = []
    for n in range(3):
        made = Programme.objects.create(agreement=agreement, name=f"P{n}")
        made.unit_links.create(organisation=unit)
        paper = make_agreement_paper(agreement, content=files.pdf(str(n)))
        measure(Indicator.objects.create(programme=made, name="x", unit="y"), n, attachment=paper, by=officer)
        Evaluation.objects.create(agreement=agreement, programme=made, evaluated_on=dt.date(2025, 1, 1), region=malang)
        officer = type(officer).objects.get(pk=officer.pk)
        with CaptureQueriesContext(connection) as queries:
            context = programme_sections(officer, agreement)
            assert len(context["programmes"]) == len(context["evaluations"]) == n + 1
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_an_evaluation_and_a_measurement_are_named_with_a_day_in_words(agreement):
    judged = Evaluation(agreement=agreement, evaluated_on=dt.date(2026, 6, 3))
    measured = Measurement(value=Decimal(20), measured_on=dt.date(2026, 6, 3))

    with translation.override("en"):
        assert str(judged) == "Cooperation office, 3 June 2026"
        assert str(measured) == "20 · 3 June 2026"
