"""A correction from its proposal to its answer."""

import datetime as dt

import pytest

from agreements.models import Agreement
from notices.models import Delivery, Notice, OptOut
from sides.letters import letter
from sides.models import Correction
from sides.standing import standing_of
from tests import factories as make
from tests.sides.conftest import told
from tests.sides.pages import sent
from visits.models import Visit

pytestmark = pytest.mark.django_db


def propose(client, what, row, **changed):
    url = f"/corrections/new/{what}/{row.pk}/"
    return client.post(url, sent(client.get(url), url, **{"text": "Undangan kami", **changed}))


def answer(client, correction, deed="accept", **changed):
    page = client.get(f"/corrections/{correction.pk}/")
    return client.post(
        f"/corrections/{correction.pk}/answer/",
        sent(page, f"/corrections/{correction.pk}/answer/", **changed, **{deed: "1"}),
    )


def test_what_is_altered_becomes_the_proposal_and_nothing_of_the_record_changes(as_, visit, people):
    reply = propose(as_("other"), "visit", visit, title="Kunjungan Kabupaten Malang", day="2025-06-17")
    correction = Correction.objects.get()
    assert reply.status_code == 302
    assert reply.url == f"/corrections/{correction.pk}/"
    assert {change["key"] for change in correction.changes} == {"title", "when"}
    when = next(change for change in correction.changes if change["key"] == "when")
    assert (when["before"]["en"], when["after"]["en"]) == ("16 June 2025", "17 June 2025")
    assert when["after"]["id"] == "17 Juni 2025"
    assert (correction.region.name_id, correction.by) == ("Kabupaten Malang", people["other"])
    visit.refresh_from_db()
    assert (visit.title, visit.starts_on, visit.version) == ("Kunjungan Malang", dt.date(2025, 6, 16), visit.version)


def test_a_remark_alone_is_a_correction(as_, visit):
    assert propose(as_("other"), "visit", visit, text="Ada tiga orang dari universitas").status_code == 302
    assert Correction.objects.get().changes == []


def test_a_reason_is_demanded_and_nothing_typed_is_lost(as_, visit):
    reply = propose(as_("other"), "visit", visit, text="", title="Judul lain")
    assert reply.status_code == 422
    assert 'value="Judul lain"' in told(reply)
    assert "Say why" in told(reply)
    assert not Correction.objects.exists()


def test_what_is_proposed_is_judged_as_the_owners_form_would(as_, visit):
    reply = propose(as_("other"), "visit", visit, day="2025-13-45")
    assert reply.status_code == 422
    reply = propose(as_("other"), "visit", visit, host_region="", host_region_text="", host_organisation_text="")
    assert reply.status_code == 422
    assert "Say who receives the visit" in told(reply)


def test_sent_twice_is_one(as_, visit):
    client, url = as_("other"), f"/corrections/new/visit/{visit.pk}/"
    data = sent(client.get(url), url, text="Sekali saja")
    first, second = client.post(url, data), client.post(url, data)
    assert first.url == second.url
    assert Correction.objects.count() == 1


def test_accepting_applies_it_and_the_history_names_both(as_, visit, people):
    propose(as_("other"), "visit", visit, title="Kunjungan Kabupaten Malang", purpose="Belajar layanan digital")
    correction = Correction.objects.get()
    before = visit.version
    assert answer(as_("owner"), correction).status_code == 302
    visit.refresh_from_db()
    correction.refresh_from_db()
    assert (visit.title, visit.purpose) == ("Kunjungan Kabupaten Malang", "Belajar layanan digital")
    assert visit.version > before
    assert (correction.state, correction.answered_by) == ("ACCEPTED", people["owner"])
    history = told(as_("other").get(f"/visits/{visit.pk}/history/"))
    assert "Sri Owner, as proposed by Dewi Other, Kabupaten Malang" in history.replace(
        "Malang Regency", "Kabupaten Malang"
    )


def test_a_corrected_host_receives_the_guests(as_, visit, batam):
    received = make.make_delegation(visit, batam, side="HOST")
    others = make.make_delegation(visit, organisation=make.make_organisation("Bank Indonesia"), side="HOST")
    bintan = make.make_region("Kabupaten Bintan", code="21.01", parent=batam.parent)
    reply = propose(as_("other"), "visit", visit, host_region=str(bintan.pk), host_region_text="Kabupaten Bintan")
    assert reply.status_code == 302
    assert [c["key"] for c in Correction.objects.get().changes] == ["host_region"]
    assert answer(as_("owner"), Correction.objects.get()).status_code == 302
    visit.refresh_from_db()
    received.refresh_from_db()
    others.refresh_from_db()
    assert (visit.host_region, received.region) == (bintan, bintan)
    assert (others.region, others.organisation.name) == (None, "Bank Indonesia")


def test_a_part_can_be_taken_over(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul baru", purpose="Maksud baru")
    correction = Correction.objects.get()
    answer(as_("owner"), correction, take=["purpose"])
    visit.refresh_from_db()
    correction.refresh_from_db()
    assert (visit.title, visit.purpose) == ("Kunjungan Malang", "Maksud baru")
    assert correction.state == "PARTLY"
    assert {change["key"]: change["taken"] for change in correction.changes} == {"title": False, "purpose": True}


def test_declining_needs_a_reason(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul baru")
    correction = Correction.objects.get()
    assert answer(as_("owner"), correction, "decline", answer="  ").status_code == 422
    correction.refresh_from_db()
    assert correction.state == "OPEN"
    assert answer(as_("owner"), correction, "decline", answer="Sesuai undangan").status_code == 302
    correction.refresh_from_db()
    visit.refresh_from_db()
    assert (correction.state, correction.answer, visit.title) == ("DECLINED", "Sesuai undangan", "Kunjungan Malang")


def test_accepting_nothing_is_refused(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul baru")
    reply = answer(as_("owner"), Correction.objects.get(), take=[])
    assert reply.status_code == 422
    assert "Choose at least one change" in told(reply)


def test_what_was_changed_meanwhile_is_not_chosen_and_not_overwritten_unseen(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    correction = Correction.objects.get()
    page = as_("owner").get(f"/corrections/{correction.pk}/")
    url = f"/corrections/{correction.pk}/answer/"
    data = sent(page, url, accept="1")
    Visit.objects.filter(pk=visit.pk).update(title="Judul kolega")
    reply = as_("owner").post(url, data)
    assert reply.status_code == 409
    assert "Judul kolega" in told(reply)
    visit.refresh_from_db()
    assert visit.title == "Judul kolega"
    fresh = as_("owner").get(f"/corrections/{correction.pk}/")
    assert "changed since" in told(fresh)
    assert "take" not in sent(fresh, url)
    assert as_("owner").post(url, sent(fresh, url, accept="1", take=["title"])).status_code == 302
    visit.refresh_from_db()
    assert visit.title == "Judul usulan"


def test_what_stands_already_is_closed_as_overtaken(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    correction = Correction.objects.get()
    Visit.objects.filter(pk=visit.pk).update(title="Judul usulan")
    assert "Close as overtaken" in told(as_("owner").get(f"/corrections/{correction.pk}/"))
    answer(as_("owner"), correction, "overtake")
    correction.refresh_from_db()
    assert correction.state == "OVERTAKEN"


def test_what_nothing_has_overtaken_is_not_closed_as_overtaken(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    propose(as_("other"), "visit", visit, text="Hanya catatan")
    for correction in Correction.objects.all():
        data = {"version": correction.version, "overtake": "1"}
        assert as_("owner").post(f"/corrections/{correction.pk}/answer/", data).status_code == 409
        correction.refresh_from_db()
        assert correction.state == "OPEN"


def test_two_officers_who_answer_at_once_the_later_is_told(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    correction = Correction.objects.get()
    url = f"/corrections/{correction.pk}/answer/"
    data = sent(as_("owner").get(f"/corrections/{correction.pk}/"), url)
    assert as_("manager").post(url, {**data, "decline": "1", "answer": "Tidak"}).status_code == 302
    reply = as_("owner").post(url, {**data, "accept": "1"})
    assert reply.status_code == 409
    assert "Somebody was faster" in told(reply)
    visit.refresh_from_db()
    assert visit.title == "Kunjungan Malang"


def test_who_answers_what_was_withdrawn_meanwhile_reads_that_it_may_be(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    correction = Correction.objects.get()
    url = f"/corrections/{correction.pk}/answer/"
    data = sent(as_("owner").get(f"/corrections/{correction.pk}/"), url)
    as_("other").post(f"/corrections/{correction.pk}/withdraw/", {"version": correction.version})
    reply = as_("owner").post(url, {**data, "accept": "1"})
    assert reply.status_code == 409
    assert "This was answered or withdrawn, or the record was changed" in told(reply)


def test_a_form_opened_before_a_change_does_not_propose_to_undo_it(as_, visit):
    client, url = as_("other"), f"/corrections/new/visit/{visit.pk}/"
    data = sent(client.get(url), url, text="Maksudnya lain", purpose="Maksud lain")
    Visit.objects.filter(pk=visit.pk).update(title="Judul kolega")
    assert client.post(url, data).status_code == 302
    assert [change["key"] for change in Correction.objects.get().changes] == ["purpose"]


def test_a_fact_that_both_touched_is_shown_to_the_proposer(as_, visit):
    client, url = as_("other"), f"/corrections/new/visit/{visit.pk}/"
    data = sent(client.get(url), url, text="Judulnya lain", title="Judul usulan")
    Visit.objects.filter(pk=visit.pk).update(title="Judul kolega")
    reply = client.post(url, data)
    assert reply.status_code == 409
    assert "Judul kolega" in told(reply)
    assert 'value="Judul usulan"' in told(reply)
    assert client.post(url, sent(reply, url)).status_code == 302
    change = Correction.objects.get().changes[0]
    assert (change["before"]["en"], change["after"]["en"]) == ("Judul kolega", "Judul usulan")


def test_the_side_that_proposed_may_withdraw(as_, visit):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    correction = Correction.objects.get()
    url = f"/corrections/{correction.pk}/withdraw/"
    assert as_("owner").post(url, {"version": correction.version}).status_code == 403
    assert as_("other_manager").post(url, {"version": correction.version}).status_code == 302
    correction.refresh_from_db()
    assert correction.state == "WITHDRAWN"


def test_a_row_can_be_corrected(as_, visit, agreement):
    delegation = visit.delegations.get()
    propose(as_("other"), "delegation", delegation, headcount="1.000", topics="Pariwisata")
    correction = Correction.objects.get()
    assert [change["after"]["en"] for change in correction.changes] == ["1000", "Pariwisata"]
    answer(as_("owner"), correction)
    delegation.refresh_from_db()
    assert (delegation.headcount, delegation.topics, delegation.side) == (1000, "Pariwisata", "GUEST")

    party = agreement.parties.last()
    propose(as_("other"), "party", party, number="35/KB/2025")
    answer(as_("owner"), Correction.objects.first())
    party.refresh_from_db()
    assert party.number == "35/KB/2025"


def test_a_row_that_is_gone_can_only_be_closed(as_, visit):
    delegation = visit.delegations.get()
    propose(as_("other"), "delegation", delegation, headcount="10")
    make.make_delegation(visit, region=delegation.region)
    delegation.delete()
    correction = Correction.objects.get()
    assert "no longer in the record" in told(as_("owner").get(f"/corrections/{correction.pk}/"))
    assert answer(as_("owner"), correction, take=["headcount"]).status_code == 409
    assert answer(as_("owner"), correction, "overtake").status_code == 302


def test_a_measurement_can_be_corrected(as_, agreement, batam):
    measurement = make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=batam)
    propose(as_("other"), "measurement", measurement, value="25", note="Salah hitung")
    answer(as_("owner"), Correction.objects.get())
    measurement.refresh_from_db()
    assert (measurement.value, measurement.note) == (25, "Salah hitung")


def test_a_figure_of_the_other_side_is_answered_by_that_side(as_, agreement, malang, people):
    theirs = make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=malang)
    page, url = f"/agreements/{agreement.pk}/", f"/corrections/new/measurement/{theirs.pk}/"
    assert as_("other").get(url).status_code == 403  # they change it themselves
    assert url not in told(as_("other").get(f"{page}programmes/{theirs.indicator.programme_id}/"))
    assert url in told(as_("owner").get(f"{page}programmes/{theirs.indicator.programme_id}/"))

    assert propose(as_("owner"), "measurement", theirs, value="25").status_code == 302

    correction = Correction.objects.get()
    assert {notice.recipient for notice in Notice.objects.all()} == {people["other"], people["other_manager"]}
    letters = [letter(one, "EMAIL").text for one in Notice.objects.all()]
    assert all("a measurement by your region" in body for body in letters)
    assert [Correction.objects.waiting_for(people[who]).count() for who in ("owner", "other")] == [0, 1]
    assert [row["mine"] for row in as_("owner").get("/corrections/").context["page"].object_list] == [False]
    assert [one.may_answer for one in standing_of(people["other"], agreement, "party").corrections] == [True]
    data = {"version": correction.version, "take": ["value"], "accept": "1"}
    assert as_("owner").post(f"/corrections/{correction.pk}/answer/", data).status_code == 403
    theirs.refresh_from_db()
    assert theirs.value == 20
    assert answer(as_("other"), correction).status_code == 302
    theirs.refresh_from_db()
    assert theirs.value == 25


def test_rows_of_the_owner_are_corrected_from_where_they_stand(as_, visit, agreement, batam):
    host = make.make_delegation(visit, batam, side="HOST")
    party = agreement.parties.first()
    measured = make.make_measurement(make.make_indicator(make.make_programme(agreement)), region=batam)
    figures = f"/agreements/{agreement.pk}/programmes/{measured.indicator.programme_id}/"
    for row, page in (
        (host, f"/visits/{visit.pk}/"), (party, f"/agreements/{agreement.pk}/"),
        (measured, figures),
    ):  # fmt: skip
        url = f"/corrections/new/{row._meta.model_name}/{row.pk}/"
        assert url in told(as_("other").get(page))
        assert as_("other").get(url).status_code == 200
        assert url not in told(as_("owner").get(page))
        assert url not in told(as_("other_viewer").get(page))
        assert "Not yet confirmed" not in told(as_("other_viewer").get(figures))


def test_an_agreement_is_saved_by_the_deed_of_its_owner(as_, agreement):
    make.make_process("KSDD_W")
    propose(as_("other"), "agreement", agreement, term="5", category="KSDD_W", validity_as_stated="5 (lima) tahun")
    correction = Correction.objects.get()
    terms = next(change for change in correction.changes if change["key"] == "term")
    assert (terms["before"]["en"], terms["after"]["en"]) == ("3 years", "5 years")
    assert answer(as_("owner"), correction).status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.term_months, agreement.category, agreement.validity_as_stated) == (60, "KSDD_W", "5 (lima) tahun")
    assert agreement.process.category == "KSDD_W"  # the deed of the owner puts it on its way
    assert agreement.parties.count() == 2


@pytest.mark.parametrize(
    ("who", "page", "form", "deed"),
    [
        ("owner", 200, 403, 302), ("manager", 200, 403, 302), ("other", 200, 200, 403), ("viewer", 200, 403, 403),
        ("other_viewer", 200, 403, 403), ("stranger", 404, 404, 404), ("province", 200, 403, 403),
        ("unit", 404, 404, 404), ("system", 200, 403, 302),
    ],
)  # fmt: skip
def test_who_sees_who_proposes_and_who_answers(as_, visit, who, page, form, deed):
    correction = make.make_correction(visit)
    client = as_(who)
    assert client.get(f"/corrections/{correction.pk}/").status_code == page
    assert client.get(f"/corrections/new/visit/{visit.pk}/").status_code == form
    data = {"version": correction.version, "answer": "Benar", "accept": "1"}
    assert client.post(f"/corrections/{correction.pk}/answer/", data).status_code == deed
    listed = f"/corrections/{correction.pk}/" in told(client.get("/corrections/"))
    assert listed == (page == 200)


def test_an_agency_user_proposes_where_its_unit_takes_part(as_, visit, people):
    unit = people["unit"].memberships.get().unit
    make.make_delegation(visit, region=unit.region, organisation=unit)
    assert propose(as_("unit"), "visit", visit, title="Judul dari dinas").status_code == 302
    assert Correction.objects.get().region == unit.region


def test_the_list_tells_whose_turn_it_is(as_, visit, agreement, batam):
    waiting = make.make_correction(visit)
    ours = make.make_correction(make.make_visit(agreement.parties.last().region, batam), batam)
    client = as_("owner")
    page = told(client.get("/corrections/?whose=waiting"))
    assert f"/corrections/{waiting.pk}/" in page
    assert f"/corrections/{ours.pk}/" not in page
    page = told(client.get("/corrections/?whose=sent"))
    assert f"/corrections/{ours.pk}/" in page
    assert f"/corrections/{waiting.pk}/" not in page
    assert client.get("/corrections/?whose=nonsense").status_code == 422


def test_letters_go_to_those_who_answer_and_back_to_who_proposed(as_, visit, people):
    propose(as_("other"), "visit", visit, title="Judul usulan")
    new = Notice.objects.filter(kind="SIDES")
    assert {notice.recipient for notice in new} == {people["owner"], people["manager"]}
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"EMAIL"}
    answer(as_("owner"), Correction.objects.get())
    answered = Notice.objects.filter(occasion__endswith="/answered")
    assert [notice.recipient for notice in answered] == [people["other"]]


@pytest.mark.parametrize("gone", ["left", "deactivated", "nobody"])
def test_the_answer_reaches_the_side_when_who_proposed_no_longer_acts_for_it(as_, visit, people, malang, gone):
    make.make_member(malang, "UNIT_USER")
    correction = make.make_correction(visit, malang, by=make.make_officer(malang))
    if gone == "left":
        correction.by.memberships.all().delete()
    elif gone == "deactivated":
        type(correction.by).objects.filter(pk=correction.by.pk).update(is_active=False)
    else:
        correction.by.delete()

    answer(as_("owner"), Correction.objects.get(), "decline", answer="Tidak benar")

    letters = [notice for notice in Notice.objects.filter(occasion__endswith="/answered") if letter(notice, "EMAIL")]
    assert {notice.recipient for notice in letters} == {people["other"], people["other_manager"]}


def test_the_answer_goes_alone_to_the_agency_user_who_proposed(as_, visit, people, malang):
    make.make_delegation(visit, organisation=people["unit"].memberships.get().unit)
    correction = make.make_correction(visit, malang, by=people["unit"])

    answer(as_("owner"), correction, "decline", answer="Tidak benar")

    assert [notice.recipient for notice in Notice.objects.all()] == [people["unit"]]


def test_no_letter_for_who_does_not_want_one(as_, visit, people):
    people["owner"].opt_outs.create(topic="ASSIGNED", channel="EMAIL")
    propose(as_("other"), "visit", visit, title="Judul usulan")
    assert {notice.recipient for notice in Notice.objects.all()} == {people["manager"]}


def test_fingerprints_that_are_none_are_as_if_there_were_none(as_, visit):
    assert propose(as_("other"), "visit", visit, title="Lain", base="[" * 100_000).status_code < 500


@pytest.mark.parametrize("what", ["visit", "nonsense", "delegation"])
def test_nonsense_in_the_address_is_not_found(as_, visit, what):
    assert as_("other").get(f"/corrections/new/{what}/999999999999999999999/").status_code == 404


def test_what_was_switched_off_since_it_was_planned_is_not_told(as_, visit, people):
    propose(as_("other"), "visit", visit, title="Lain")
    notice = Notice.objects.get(recipient=people["owner"])
    assert letter(notice, "EMAIL")

    OptOut.objects.create(user=people["owner"], topic="ASSIGNED", channel="EMAIL")

    assert letter(notice, "EMAIL") is None
    assert letter(notice, "WEBHOOK")
