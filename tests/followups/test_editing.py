"""Making and changing a milestone by its form, and giving it to others; nothing typed is lost."""

import datetime as dt

import pytest
from django.urls import reverse

from followups import doing
from followups.models import Milestone
from tests.factories import (
    make_agreement,
    make_assignee,
    make_delegation,
    make_indicator,
    make_milestone,
    make_officer,
    make_organisation,
    make_outcome,
    make_programme,
    make_region,
    make_unit_user,
    make_viewer,
    make_visit,
    settle,
)
from tests.sent import problems_on, sent_by

pytestmark = pytest.mark.django_db

NEW = "/follow-ups/new/"


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(batam, client):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def fields_of(client, url, **answers):
    """The form as it stands, with these answers; the words of a look-up go when its key is answered."""
    fields = {name: values[0] for name, values in sent_by(client.get(url)).items()}
    return {n: v for n, v in fields.items() if n in answers or n.removesuffix("_text") not in answers} | answers


def send(client, url, **answers):
    return client.post(url, fields_of(client, url, **answers))


def row(name, **values):
    """A first row of a list that had none."""
    return {f"{name}-TOTAL_FORMS": "1", f"{name}-INITIAL_FORMS": "0"} | {f"{name}-0-{k}": v for k, v in values.items()}


def edit(milestone):
    return reverse("followups:edit", args=[milestone.pk])


def reassign(milestone):
    return reverse("followups:reassign", args=[milestone.pk])


def test_what_must_happen_is_entered_with_its_side_and_person(client, officer, batam):
    unit = make_organisation("Bappeda", batam)
    person = make_unit_user(unit)

    response = send(
        client, NEW, title="Kirim draf MoU", due_precision="MONTH", due_month="11.2099", due_as_stated="akhir tahun",
        requested_by="Bupati Malang", **{"parts-0-unit": unit.pk}, **row("people", user=person.pk),
    )  # fmt: skip

    milestone = Milestone.objects.get()
    assert (response.status_code, response["Location"]) == (302, milestone.get_absolute_url())
    assert (milestone.due_on, milestone.due_precision) == (dt.date(2099, 11, 30), "MONTH")
    assert (milestone.owner, milestone.created_by, milestone.since) == (batam, officer, officer.today())
    assert [(p.region, p.unit, p.given_by) for p in milestone.parts.all()] == [(batam, unit, officer)]
    assert [(g.user, g.given_by) for g in milestone.given_to.all()] == [(person, officer)]
    assert [(e.deed, e.by) for e in milestone.log.all()] == [("CREATED", officer)]


def test_without_a_day_and_without_a_side_it_is_kept_too(client, officer):
    response = send(client, NEW, title="Kirim draf", **{"parts-0-removed": "yes"})

    milestone = Milestone.objects.get()
    assert response.status_code == 302
    assert (milestone.due_on, milestone.parts.count()) == (None, 0)


def test_faults_are_named_and_nothing_typed_is_lost(client, officer):
    response = send(client, NEW, title=" ", note="Penting", due_precision="DAY", due_month="11.2099")

    assert response.status_code == 422
    assert (
        problems_on(response)
        == [
            "Due on: Choose “Month” above, or give the answer here.",
            "What must happen: This field is required.",
        ]
        or len(problems_on(response)) == 2
    )
    typed = sent_by(response)
    assert (typed["note"], typed["due_month"]) == (["Penting"], ["11.2099"])
    assert not Milestone.objects.exists()


def test_sent_twice_it_is_one(client, officer):
    fields = fields_of(client, NEW, title="Kirim draf")

    first, second = client.post(NEW, fields), client.post(NEW, fields)

    assert first["Location"] == second["Location"] == Milestone.objects.get().get_absolute_url()


def test_of_a_visit_and_of_an_indicator_it_begins_with_what_is_known(client, officer, batam, malang):
    visit = make_visit(batam, malang, on=dt.date(2025, 6, 16))
    agreement = make_agreement(batam, malang)
    indicator = make_indicator(make_programme(agreement), target_on=dt.date(2099, 12, 31))

    send(client, f"{NEW}?visit={visit.pk}", title="Kirim notulen")
    send(client, f"{NEW}?indicator={indicator.pk}", title="Capai target")

    of_visit, of_indicator = Milestone.objects.order_by("pk")
    assert (of_visit.visit, of_visit.since, set(of_visit.region_ids)) == (
        visit, dt.date(2025, 6, 16), {batam.pk, malang.pk},
    )  # fmt: skip
    assert (of_indicator.indicator, of_indicator.programme.agreement, of_indicator.kind) == (
        indicator, agreement, "TARGET",
    )  # fmt: skip
    assert (of_indicator.agreement, of_indicator.due_on) == (agreement, dt.date(2099, 12, 31))


def test_an_outcome_with_a_follow_up_leads_to_its_milestone(client, officer, batam):
    outcome = make_outcome(make_visit(batam), follow_up="SUGGESTED")

    response = client.get(f"{NEW}?outcome={outcome.pk}")

    assert response["Location"] == Milestone.objects.get().get_absolute_url()


def test_an_outcome_without_one_gets_it(client, officer, batam):
    outcome = make_outcome(make_visit(batam), "Bappeda mendalami e-government")

    response = send(client, f"{NEW}?outcome={outcome.pk}", due_precision="YEAR", due_year="2099")

    milestone = Milestone.objects.get()
    assert response["Location"] == milestone.get_absolute_url()
    outcome.refresh_from_db()
    assert (outcome.follow_up, outcome.due_on, milestone.title) == ("OPEN", dt.date(2099, 12, 31), outcome.text)
    assert (milestone.outcome, milestone.visit, milestone.origin) == (outcome, outcome.visit, "OUTCOME")


def test_what_is_only_ours_is_not_given_to_the_other_side(client, officer, batam, malang):
    visit = make_visit(batam, malang)

    response = send(client, f"{NEW}?visit={visit.pk}", title="x", internal="on", **{"parts-0-region": malang.pk})
    ours = send(client, f"{NEW}?visit={visit.pk}", title="x", internal="on")

    assert (response.status_code, ours.status_code) == (422, 302)
    assert Milestone.objects.get().region_ids == [batam.pk]


def test_a_person_who_takes_no_part_is_refused_at_their_row(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    partner = make_officer(malang, name="Sanusi")

    alone = send(client, NEW, title="x", **row("people", user=partner.pk))
    shared = send(client, f"{NEW}?visit={visit.pk}", title="x", **row("people", user=partner.pk))

    assert (alone.status_code, shared.status_code) == (422, 302)
    assert Milestone.objects.get().given_to.get().user == partner


@pytest.mark.parametrize(
    "answers", [{"internal": "on", "parts-1-removed": "yes"}, {"parts-1-removed": "yes"}], ids=["ours", "theirs gone"]
)
def test_whose_side_goes_is_refused_at_their_row(client, officer, batam, malang, answers):
    """“Only for our side”: the person of the other side would see it for ever, and alone be reminded."""
    milestone = make_milestone("Rahasia", batam, malang, owner=batam)
    make_assignee(milestone, make_officer(malang, name="Sanusi"))

    refused = send(client, edit(milestone), **answers)
    without = send(client, edit(milestone), **answers, **{"people-0-removed": "yes"})

    assert (refused.status_code, without.status_code) == (422, 302)
    assert problems_on(refused) == ["Sanusi: no active member of a region or unit that takes part."]
    milestone.refresh_from_db()
    assert (milestone.region_ids, milestone.user_ids) == ([batam.pk], [])


def test_another_day_needs_its_reason_and_stands_in_the_log(client, officer, batam):
    milestone = make_milestone(owner=batam, due=dt.date(2099, 1, 10))

    without = send(client, edit(milestone), due_day="2099-02-10")
    given = send(client, edit(milestone), due_day="2099-02-10", reason="Rapat ditunda")

    assert (without.status_code, given.status_code) == (422, 302)
    entry = milestone.log.get()
    assert (entry.deed, entry.old_due, entry.new_due, entry.text) == (
        "RESCHEDULED", dt.date(2099, 1, 10), dt.date(2099, 2, 10), "Rapat ditunda",
    )  # fmt: skip


def test_what_nobody_touched_stays_as_it_was(client, officer, batam, malang):
    milestone = make_milestone("Kirim draf", malang, batam, owner=batam)
    make_assignee(milestone, officer)
    doing.confirm(milestone.parts.get(region=malang), officer.today(), by=officer, version=None)
    before = list(milestone.parts.values()), list(milestone.given_to.values())

    response = send(client, edit(milestone), note="Penting")

    assert response.status_code == 302
    assert (list(milestone.parts.values()), list(milestone.given_to.values())) == before
    assert [entry.deed for entry in milestone.log.all()] == ["CONFIRMED"]


def test_what_follows_the_data_has_no_day_to_type(client, officer, batam, malang):
    make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=36)
    settle()
    end = Milestone.objects.get(kind="EXPIRY")

    page = client.get(edit(end))
    response = send(client, edit(end), note="Siapkan perpanjangan", due_day="2030-01-01")

    end.refresh_from_db()
    assert "due_day" not in sent_by(page)
    assert (response.status_code, end.note, end.due_on, end.title) == (
        302, "Siapkan perpanjangan", dt.date(2028, 1, 9), "",
    )  # fmt: skip


def test_what_the_keeper_no_longer_sees_stays_on_the_follow_up(client, officer, batam, malang):
    """Their delegation was a mistake and was taken out; so was their part in the agreement."""
    visit = make_visit(malang, make_region("Kota Medan", code="12.71"))
    agreement = make_agreement(malang, batam)
    programme = make_programme(agreement)
    delegation, party = make_delegation(visit, batam), agreement.parties.get(region=batam)
    milestone = make_milestone("x", batam, owner=batam, visit=visit, agreement=agreement, programme=programme)
    delegation.delete()
    party.delete()

    page = client.get(edit(milestone))
    response = send(client, edit(milestone), note="Penting")

    milestone.refresh_from_db()
    assert "that you do not see" in page.content.decode()
    assert (response.status_code, milestone.note) == (302, "Penting")
    assert (milestone.visit, milestone.agreement, milestone.programme) == (visit, agreement, programme)


def test_two_officers_at_once_lose_nothing(client, officer, batam):
    milestone = make_milestone("Kirim draf", batam, owner=batam)
    opened = fields_of(client, edit(milestone))
    send(client, edit(milestone), note="Sudah ditelepon")

    merged = client.post(edit(milestone), opened | {"title": "Kirim draf MoU"})

    assert merged.status_code == 409
    assert "Sudah ditelepon" in merged.content.decode()
    again = {name: values[0] for name, values in sent_by(merged).items()}
    assert client.post(edit(milestone), again).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.title, milestone.note) == ("Kirim draf MoU", "Sudah ditelepon")


def test_rows_come_and_go_without_javascript(client, officer, batam):
    fields = fields_of(client, NEW, title="Kirim draf")

    page = client.post(NEW, fields | {"add": "people"})

    typed = sent_by(page)
    assert (typed["people-TOTAL_FORMS"], typed["title"]) == (["1"], ["Kirim draf"])


def test_it_is_given_to_others_on_a_page_of_its_own(client, officer, batam):
    unit = make_organisation("Bappeda", batam)
    milestone = make_milestone("Kirim draf", batam, owner=batam)

    response = send(
        client, reassign(milestone), reason="Sesuai arahan", **{"parts-0-region": "", "parts-0-unit": unit.pk}
    )

    assert response.status_code == 302
    assert [part.unit for part in milestone.parts.all()] == [unit]
    assert milestone.log.get().text.endswith("\nSesuai arahan")


def test_the_partner_gives_its_own_part_but_not_ours(client, batam, malang):
    unit = make_organisation("Bappeda", malang)
    milestone = make_milestone("Kirim draf", batam, malang, owner=batam)
    client.force_login(make_officer(malang))

    ours = send(client, reassign(milestone), **{"parts-0-removed": "yes"})
    theirs = send(client, reassign(milestone), **{"parts-1-region": "", "parts-1-unit": unit.pk})

    assert (ours.status_code, theirs.status_code) == (422, 302)
    assert [(part.region, part.unit) for part in milestone.parts.all()] == [(batam, None), (malang, unit)]


@pytest.mark.parametrize("given", [False, True])
def test_the_partner_gives_up_its_part_and_sees_it_no_more(client, batam, malang, given):
    milestone, partner = make_milestone("Kirim draf", batam, malang, owner=batam), make_officer(malang)
    if given:
        make_assignee(milestone, partner)
    client.force_login(partner)

    response = send(client, reassign(milestone), **{"parts-1-removed": "yes", "people-0-removed": "yes"})

    assert (response.status_code, response["Location"]) == (302, reverse("followups:list"))
    assert client.get(milestone.get_absolute_url()).status_code == 404
    assert milestone.log.get().text == "→ Kota Batam"


def test_colleagues_are_found_by_typing_and_those_of_the_partner_through_what_is_shared(client, officer, batam, malang):
    make_officer(batam, name="Rani Oktaviani")
    make_officer(malang, name="Rani Malang")
    visit, url = make_visit(batam, malang), reverse("followups:people-lookup")

    alone = client.get(url, {"q": "Rani"}).content.decode()
    shared = client.get(url, {"q": "Rani", "visit": visit.pk}).content.decode()

    assert ("Rani Oktaviani" in alone, "Rani Malang" in alone) == (True, False)
    assert ("Rani Oktaviani" in shared, "Rani Malang" in shared) == (True, True)
    client.force_login(make_officer(make_region("Kabupaten Soppeng")))
    assert "Rani" not in client.get(url, {"q": "Ran", "visit": visit.pk}).content.decode().replace("“Ran”", "")


def test_who_may(client, batam, malang):
    milestone = make_milestone("Kirim draf", batam, malang, owner=batam)
    pages = [edit(milestone), reassign(milestone), NEW]

    found = []
    for user in (make_officer(make_region("Kabupaten Soppeng")), make_viewer(batam), make_officer(malang)):
        client.force_login(user)
        found.append([client.get(url).status_code for url in pages])

    assert found == [[404, 404, 200], [403, 403, 403], [403, 200, 200]]


def test_other_pages_fetch_what_is_open_of_them(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    make_milestone("Kirim notulen", batam, visit=visit)
    make_milestone("Sudah selesai", batam, visit=visit, status="DONE", done_on=dt.date(2025, 7, 1))
    url = f"{reverse('followups:about')}?visit={visit.pk}"

    part = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "Kirim notulen" in part
    assert "Sudah selesai" not in part
    assert client.get(url)["Location"] == f"{reverse('followups:list')}?visit={visit.pk}&state=all"
    assert url in client.get(visit.get_absolute_url()).content.decode()


def test_who_keeps_it_for_their_own_side_is_told_that_a_supervising_province_sees_it(client, batam):
    client.force_login(make_officer(batam, language="en"))

    page = client.get("/follow-ups/new/").content.decode()

    assert "a province that supervises yours does" in page


@pytest.mark.parametrize("about", ["visit", "outcome", "agreement", "programme", "indicator"])
@pytest.mark.parametrize("key", ["987654321", "abc", "9" * 30])
def test_what_is_to_be_followed_up_and_is_gone_is_told(client, batam, about, key):
    client.force_login(make_officer(batam, language="en"))

    page = client.get("/follow-ups/new/", {about: key}).content.decode()

    assert "What this was to follow up is no longer there." in page
    assert "no longer there" not in client.get("/follow-ups/new/").content.decode()
