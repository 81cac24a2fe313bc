"""A record is offered to another side, which keeps it from then on."""

import pytest

from followups.models import Duty
from notices.models import Notice
from records.models import Trashed
from records.rows import acting_for
from records.trash import throw
from sides.letters import letter
from sides.models import Handover
from tests import factories as make
from tests.sides.conftest import told
from tests.sides.pages import sent

pytestmark = pytest.mark.django_db


def offer(client, record, **changed):
    url = f"/handovers/new/{record._meta.model_name}/{record.pk}/"
    page = client.get(url)
    return (
        client.post(url, sent(page, url, **{"text": "Kalian tuan rumahnya", **changed}))
        if page.status_code == 200
        else page
    )


def answer(client, handover, deed, **changed):
    url = f"/handovers/{handover.pk}/answer/"
    return client.post(url, sent(client.get(f"/handovers/{handover.pk}/"), url, **{deed: "1", **changed}))


@pytest.mark.parametrize("kind", ["visit", "agreement"])
def test_once_it_is_taken_over_the_other_side_keeps_it(as_, request, kind, malang, people):
    record = request.getfixturevalue(kind)
    record.notes.create(region=record.owner, text="CANARY catatan Batam", by=people["owner"])
    assert offer(as_("manager"), record).status_code == 302
    handover = Handover.objects.get()
    record.refresh_from_db()
    assert record.owner.name_id == "Kota Batam"  # nothing until it is answered
    assert answer(as_("other_manager"), handover, "accept").status_code == 302
    record.refresh_from_db()
    assert (record.owner, Handover.objects.get().state) == (malang, "ACCEPTED")
    page = f"/{kind}s/{record.pk}/"
    assert as_("other").get(f"{page}edit/").status_code == 200
    assert as_("owner").get(f"{page}edit/").status_code == 403
    assert "CANARY" in told(as_("owner").get(page))
    assert "CANARY" not in told(as_("other").get(page))
    history = told(as_("owner").get(f"{page}history/"))
    assert "Joko Manager" in history
    assert "Malang" in history


def test_declining_needs_a_reason_and_changes_nothing(as_, visit):
    offer(as_("manager"), visit)
    handover = Handover.objects.get()
    assert answer(as_("other_manager"), handover, "decline").status_code == 422
    assert answer(as_("other_manager"), handover, "decline", answer="Bukan kami").status_code == 302
    visit.refresh_from_db()
    assert (visit.owner, Handover.objects.get().state) == (visit.host_region, "DECLINED")


def test_it_can_be_withdrawn_before_it_is_answered_and_not_after(as_, visit):
    offer(as_("manager"), visit)
    handover = Handover.objects.get()
    data = {"version": handover.version}
    assert as_("other_manager").post(f"/handovers/{handover.pk}/withdraw/", data).status_code == 403
    assert as_("manager").post(f"/handovers/{handover.pk}/withdraw/", data).status_code == 302
    assert Handover.objects.get().state == "WITHDRAWN"
    reply = as_("other_manager").post(f"/handovers/{handover.pk}/answer/", {**data, "accept": "1"})
    assert reply.status_code == 409
    visit.refresh_from_db()
    assert visit.owner == visit.host_region


def test_a_record_is_offered_once_and_sent_twice_is_one(as_, visit):
    client, url = as_("manager"), f"/handovers/new/visit/{visit.pk}/"
    data = sent(client.get(url), url, text="Silakan")
    assert client.post(url, data).url == client.post(url, data).url
    again = {**data, "submission": "00000000-0000-4000-8000-000000000001"}
    reply = client.post(url, again)
    assert reply.status_code == 422
    assert "offered to a side already" in told(reply)
    assert Handover.objects.count() == 1


def test_only_sides_that_take_part_and_have_a_manager_can_be_chosen(as_, visit, people, malang):
    jambi = people["stranger"].memberships.get().region
    reply = offer(as_("manager"), visit, to=str(jambi.pk))
    assert reply.status_code == 422
    people["other_manager"].memberships.all().delete()
    assert "Nobody can take it over" in told(as_("manager").get(f"/handovers/new/visit/{visit.pk}/"))


def test_who_would_no_longer_see_it_is_told(as_, batam, malang):
    surabaya = make.make_region("Kota Surabaya", code="35.78")
    make.make_manager(surabaya)
    heard_of = make.make_visit(surabaya, malang, owner=batam)
    page = told(as_("manager").get(f"/handovers/new/visit/{heard_of.pk}/"))
    assert "Your side does not take part in this record" in page


@pytest.mark.parametrize(
    ("who", "form", "page"),
    [
        ("owner", 403, 200), ("manager", 200, 200), ("other", 403, 200), ("other_manager", 403, 200),
        ("viewer", 403, 200), ("province", 403, 200), ("stranger", 404, 404), ("unit", 404, 404), ("system", 200, 200),
    ],
)  # fmt: skip
def test_who_may_offer_and_see(as_, visit, who, form, page):
    handover = make.make_handover(visit)
    assert as_(who).get(f"/handovers/new/visit/{visit.pk}/").status_code == form
    assert as_(who).get(f"/handovers/{handover.pk}/").status_code == page
    code = 302 if who in ("other_manager", "system") else 404 if page == 404 else 403
    data = {"version": handover.version, "decline": "1", "answer": "Tidak"}
    assert as_(who).post(f"/handovers/{handover.pk}/answer/", data).status_code == code


def test_the_managers_of_the_other_side_get_a_letter_and_then_who_offered(as_, visit, people):
    offer(as_("manager"), visit)
    assert {notice.recipient for notice in Notice.objects.all()} == {people["other_manager"]}
    answer(as_("other_manager"), Handover.objects.get(), "accept")
    assert {n.recipient for n in Notice.objects.filter(occasion__endswith="answered")} == {people["manager"]}


def test_the_answer_reaches_the_side_when_who_offered_no_longer_acts_for_it(as_, visit, people, batam):
    offer(as_("manager"), visit)
    people["manager"].memberships.all().delete()
    successor = make.make_manager(batam)
    Notice.objects.all().delete()

    answer(as_("other_manager"), Handover.objects.get(), "accept")

    assert successor in [notice.recipient for notice in Notice.objects.all()]


def test_the_duties_of_its_keeper_and_what_the_keeper_was_to_do_go_with_it(as_, agreement, people, batam, malang):
    unit = make.make_organisation("Bappeda", batam)
    duties = {
        "process": make.make_duty(agreement, region=batam, title="Proses"),
        "person": make.make_duty(agreement, title="Kami"),
        "named": make.make_duty(agreement, region=batam, title="Batam saja"),
        "unit": make.make_duty(agreement, unit=unit, title="Bappeda"),
        "theirs": make.make_duty(agreement, owner=malang, title="Milik Malang"),
        "third": make.make_duty(agreement, owner=malang, region=batam, title="Milik Malang, oleh Batam"),
    }
    make.settle()
    Duty.objects.filter(title="Proses").update(derived_key=f"MONEV:{agreement.pk}")
    data = make.make_milestone("Berakhir", batam, agreement=agreement, origin="DATA")
    make.make_part(data, malang)
    own = make.make_milestone("Catatan Batam", batam, agreement=agreement)

    offer(as_("manager"), agreement)
    assert answer(as_("other_manager"), Handover.objects.get(), "accept").status_code == 302
    make.settle()

    for name, duty in duties.items():
        duty.refresh_from_db()
        assert duty.owner == malang
        assert {one.owner for one in duty.occurrences.all()} == {malang}
        doing = {(part.region, part.unit) for one in duty.occurrences.all() for part in one.parts.all()}
        stays = {"named": (batam, None), "unit": (batam, unit), "third": (batam, None)}
        assert doing == {stays.get(name, (malang, None))}, name
    assert duties["process"].region == malang
    assert duties["named"].region == batam
    assert [part.region for part in data.parts.all()] == [malang]
    own.refresh_from_db()
    assert (own.owner, [part.region for part in own.parts.all()]) == (batam, [batam])
    end = f"/follow-ups/duties/{duties['person'].pk}/end/"
    assert as_("owner").get(end).status_code == 403
    assert as_("other").get(end).status_code == 200


def test_open_corrections_are_handed_on(as_, agreement, people, batam, malang):
    jambi = people["stranger"].memberships.get().region
    make.make_party(agreement, jambi, role="THIRD")
    measured = make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=batam)
    own = make.make_correction(agreement, malang, by=people["other"])
    others = make.make_correction(agreement, jambi, by=people["stranger"])
    figure = make.make_correction(agreement, malang, by=people["other"], about="MEASUREMENT", measurement=measured)

    offer(as_("manager"), agreement, to=str(malang.pk))
    assert answer(as_("other_manager"), Handover.objects.get(), "accept").status_code == 302

    for one in (own, others, figure):
        one.refresh_from_db()
    assert [one.state for one in (own, others, figure)] == ["OVERTAKEN", "OPEN", "OPEN"]
    assert own.answer != ""
    told_of = Notice.objects.filter(occasion__startswith="correction/")
    assert {(n.recipient, n.occasion) for n in told_of} == {
        (people["other"], f"correction/{others.pk}/new"),
        (people["other"], f"correction/{own.pk}/answered"),
    }
    assert "keeps the record now" in letter(told_of.get(occasion__endswith="/answered"), "EMAIL").text


def test_an_offer_to_a_side_that_has_left_gives_way_to_another(as_, agreement, people, malang):
    jambi = people["stranger"].memberships.get().region
    make.make_party(agreement, jambi, role="THIRD")
    make.make_manager(jambi)
    left = make.make_handover(agreement, malang, by=people["manager"])
    agreement.parties.filter(region=malang).delete()

    offer(as_("manager"), agreement, to=str(jambi.pk))

    left.refresh_from_db()
    assert (left.state, Handover.objects.open().get().to_region) == ("WITHDRAWN", jambi)


def test_what_of_it_lies_in_the_trash_goes_with_it_and_papers_stay(as_, agreement, people, batam, malang):
    programme = make.make_programme(agreement, name="Bank sampah")
    paper = make.make_agreement_paper(agreement, batam)
    elsewhere = make.make_programme(make.make_agreement(batam, malang), name="Lain")
    with acting_for(people["owner"]):
        thrown = [throw(one, by=people["owner"], region=batam.pk) for one in (programme, paper, elsewhere)]

    offer(as_("manager"), agreement)
    assert answer(as_("other_manager"), Handover.objects.get(), "accept").status_code == 302

    assert [Trashed.objects.get(pk=one.pk).region for one in thrown] == [malang, batam, batam]
    assert as_("owner").post(f"/trash/{thrown[0].pk}/restore/").status_code in (403, 404)
    assert as_("other").post(f"/trash/{thrown[0].pk}/restore/").status_code == 302
    assert [one.name for one in agreement.programmes.all()] == ["Bank sampah"]


@pytest.mark.parametrize("kind", ["visit", "agreement"])
def test_a_delegation_or_a_party_in_the_trash_goes_with_its_record(as_, request, kind, people, batam, malang):
    record = request.getfixturevalue(kind)
    jambi = people["stranger"].memberships.get().region
    part = make.make_delegation(record, jambi) if kind == "visit" else make.make_party(record, jambi, role="THIRD")
    thrown = throw(part, by=people["owner"], within=record)
    assert thrown.region == batam  # whoever keeps the record, not who came

    offer(as_("manager"), record)
    assert answer(as_("other_manager"), Handover.objects.get(), "accept").status_code == 302

    assert Trashed.objects.get().region == malang
    assert as_("owner").post(f"/trash/{thrown.pk}/restore/").status_code in (403, 404)
    assert as_("other").post(f"/trash/{thrown.pk}/restore/").status_code == 302


def test_a_part_of_what_lies_in_the_trash_too_goes_with_it(as_, agreement, people, batam, malang):
    indicator = make.make_indicator(make.make_programme(agreement))
    for part in (indicator, indicator.programme):
        throw(part, by=people["owner"], region=batam.pk, within=agreement)

    offer(as_("manager"), agreement)
    assert answer(as_("other_manager"), Handover.objects.get(), "accept").status_code == 302

    assert {one.region for one in Trashed.objects.all()} == {malang}


def test_a_side_that_has_left_takes_nothing_over(as_, agreement, people, malang):
    left = make.make_handover(agreement, malang, by=people["manager"])
    agreement.parties.filter(region=malang).delete()

    assert not Handover.objects.waiting_for(people["other_manager"]).exists()
    answered = as_("other_manager").post(f"/handovers/{left.pk}/answer/", {"version": left.version, "accept": "1"})

    agreement.refresh_from_db()
    assert answered.status_code in (404, 409)
    assert agreement.owner == people["manager"].memberships.get().region
