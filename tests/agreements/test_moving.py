import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import moving, reference
from agreements.models import Deed, Process, StepEntry
from agreements.moving import Grounds
from agreements.ways import Way
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_manager,
    make_officer,
    make_process,
    make_region,
    make_signing,
    make_superuser,
    make_viewer,
    upload,
)
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def manager(batam):
    return make_manager(batam, language="en")


def started(batam, malang, *, steps="preparation offer council!? ministry! signed* carrying-out reporting", **fields):
    """On its way through a process of these steps, at the first one."""
    make_process("KSDD_S", steps)
    agreement = make_agreement(batam, malang, category="KSDD_S", **fields)
    moving.start(agreement, by=None)
    return agreement


@pytest.fixture
def agreement(batam, malang):
    return started(batam, malang)


def url(name, agreement, code=None):
    return reverse(f"agreements:{name}", args=[agreement.pk, *([step(agreement, code).pk] if code else [])])


def step(agreement, code):
    return agreement.process.steps.get(code=code)


def stands(agreement):
    agreement.refresh_from_db()
    return agreement.step.code


def log(agreement):
    """What happened since it started, in short."""
    return [f"{e.deed} {e.step.code if e.step else ''}".strip() for e in agreement.log.exclude(deed="STARTED")]


def post(client, name, agreement, code=None, **fields):
    data = {"version": agreement.version, **fields}
    return client.post(url(name, agreement, code), data)


# Moving forward


def test_an_officer_moves_it_forward_and_the_step_is_done(client, officer, agreement):
    page = client.get(url("move", agreement))
    answer = client.post(url("move", agreement), sent_by(page, "move-form") | {"reason": "Sudah lengkap"})

    assert answer.url == f"{agreement.get_absolute_url()}#way"
    assert (stands(agreement), log(agreement)) == ("offer", ["PASSED preparation", "MOVED offer"])
    last = agreement.log.last()
    assert (last.by, last.reason, last.happened_on) == (officer, "Sudah lengkap", agreement.today())


def test_a_card_of_the_board_moves_it_with_nothing_but_version_and_step(client, officer, agreement):
    to = step(agreement, "council").pk
    answer = post(client, "move", agreement, to=to, next="/agreements/board/?phase=APPROVAL")

    assert answer.url == "/agreements/board/?phase=APPROVAL"
    assert stands(agreement) == "council"


def test_the_way_back_is_never_to_another_site(client, officer, agreement):
    answer = post(client, "move", agreement, to=step(agreement, "offer").pk, next="//evil.example/")

    assert answer.url == f"{agreement.get_absolute_url()}#way"


def test_nobody_moves_past_an_open_gate(client, officer, agreement):
    answer = post(client, "move", agreement, to=step(agreement, "signed").pk, reason="Cepat")

    page = answer.content.decode()
    assert (answer.status_code, stands(agreement), log(agreement)) == (422, "preparation", [])
    assert "A gate before this is still open" in page
    assert url("step-done", agreement, "council") in page
    assert url("step-skip", agreement, "council") in page
    assert url("step-skip", agreement, "ministry") not in page
    assert sent_by(answer, "move-form")["reason"] == ["Cepat"]


def test_a_gate_is_passed_by_moving_on_with_its_paper(client, officer, agreement):
    moving.move(agreement, step(agreement, "council"), Grounds(agreement.today()), by=None, version=None)
    refused = post(client, "move", agreement, to=step(agreement, "ministry").pk)
    answer = post(client, "move", agreement, to=step(agreement, "ministry").pk, evidence="No. 12/DPRD/2025")

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert "A gate is passed with its paper" in refused.content.decode()
    entry = agreement.log.get(deed="PASSED", step__code="council")
    assert entry.evidence == "No. 12/DPRD/2025"


def test_the_paper_of_a_gate_is_attached_in_the_same_form(client, officer, agreement):
    moving.move(agreement, step(agreement, "council"), Grounds(agreement.today()), by=None, version=None)
    to = step(agreement, "ministry").pk
    post(client, "move", agreement, to=to, upload=upload("persetujuan.pdf"), kind="DPRD_APPROVAL")

    entry = agreement.log.get(deed="PASSED", step__code="council")
    paper = entry.attachment
    assert (paper.filename, paper.kind, paper.step.code) == ("persetujuan.pdf", "DPRD_APPROVAL", "council")
    assert (paper.owner, paper.uploaded_by, stands(agreement)) == (agreement.owner, officer, "ministry")


def test_a_paper_that_is_there_already_is_chosen(client, officer, agreement):
    paper = make_agreement_paper(agreement, title="Surat Kemendagri")
    page = client.get(url("step-done", agreement, "ministry")).content.decode()
    post(client, "step-done", agreement, "ministry", attachment=paper.pk)

    assert "Surat Kemendagri" in page
    assert agreement.log.get(deed="PASSED").attachment == paper


def test_a_restricted_paper_of_the_other_side_cannot_be_chosen_and_is_not_named(client, officer, agreement, malang):
    paper = make_agreement_paper(agreement, malang, title="RAHASIA", access="RESTRICTED")
    page = client.get(url("step-done", agreement, "ministry")).content.decode()
    answer = post(client, "step-done", agreement, "ministry", attachment=paper.pk)

    assert "RAHASIA" not in page
    assert (answer.status_code, log(agreement)) == (422, [])


def test_an_uploaded_scan_is_kept_even_when_the_rest_of_the_form_is_wrong(client, officer, agreement):
    answer = post(client, "step-done", agreement, "ministry", on="2199-01-01", upload=upload("surat.pdf"))

    paper = agreement.attachments.get()
    assert (answer.status_code, log(agreement)) == (422, [])
    assert sent_by(answer, "move-form")["attachment"] == [str(paper.pk)]


def test_an_upload_that_is_no_paper_is_refused_and_nothing_moves(client, officer, agreement):
    answer = post(client, "step-done", agreement, "ministry", upload=upload("virus.exe", b"MZ" + bytes(100)))

    assert (answer.status_code, log(agreement), agreement.attachments.count()) == (422, [], 0)


def test_nothing_is_carried_out_before_it_is_signed(client, officer, agreement):
    for code in ("council", "ministry"):
        moving.pass_step(
            agreement, step(agreement, code), Grounds(agreement.today(), evidence="x"), by=None, version=None
        )
    answer = post(client, "move", agreement, to=step(agreement, "carrying-out").pk)

    page = answer.content.decode()
    assert (answer.status_code, stands(agreement)) == (422, "preparation")
    assert "It is not signed yet" in page
    assert f"{reverse('agreements:edit', args=[agreement.pk])}#signings" in page


def test_a_day_in_the_future_is_refused_and_a_past_one_is_kept(client, officer, agreement):
    tomorrow = agreement.today() + dt.timedelta(days=1)
    refused = post(client, "move", agreement, to=step(agreement, "offer").pk, on=tomorrow.isoformat())
    answer = post(client, "move", agreement, to=step(agreement, "offer").pk, on="2024-03-05")

    assert (refused.status_code, answer.status_code) == (422, 302)
    agreement.refresh_from_db()
    assert agreement.stage_since == dt.date(2024, 3, 5)


def test_a_first_step_long_before_all_that_is_known_is_a_slip_of_the_hand(client, officer, agreement):
    refused = post(client, "move", agreement, to=step(agreement, "offer").pk, on="1999-03-05")
    assert (refused.status_code, stands(agreement)) == (422, "preparation")
    assert "Check the year: 1999 lies more than 10 years before" in refused.content.decode()

    agreement.valid_from = dt.date(2001, 1, 1)
    agreement.save()
    agreement.refresh_from_db()
    answer = post(client, "move", agreement, to=step(agreement, "offer").pk, on="1999-03-05")

    assert (answer.status_code, stands(agreement)) == (302, "offer")


def test_no_move_is_earlier_than_the_one_before(client, officer, agreement):
    post(client, "move", agreement, to=step(agreement, "offer").pk, on="2024-03-05")
    agreement.refresh_from_db()
    moves = [
        ("move", None, {"to": step(agreement, "council").pk}),
        ("send-back", None, {"to": step(agreement, "preparation").pk, "reason": "Salah"}),
        ("step-done", "offer", {"onward": step(agreement, "council").pk}),
    ]

    for name, code, fields in moves:
        answer = post(client, name, agreement, code, on="1999-01-01", **fields)
        assert (answer.status_code, stands(agreement)) == (422, "offer"), name
        assert "on 5 March 2024: it cannot move before that day." in answer.content.decode(), name
    assert post(client, "move", agreement, to=step(agreement, "council").pk, on="2024-03-05").status_code == 302


def test_no_move_is_earlier_than_a_start_on_a_known_day(client, officer, batam, malang):
    make_process("KSDD_S", "preparation offer signed*")
    agreement = make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=None, on=dt.date(2024, 3, 5))

    early = post(client, "move", agreement, to=step(agreement, "offer").pk, on="2024-03-04")
    assert (early.status_code, stands(agreement)) == (422, "preparation")
    assert post(client, "move", agreement, to=step(agreement, "offer").pk, on="2024-03-05").status_code == 302


def test_a_move_in_a_year_that_looks_mistyped_is_refused(client, officer, agreement):
    answer = post(client, "move", agreement, to=step(agreement, "offer").pk, on="0024-03-05")

    assert (answer.status_code, stands(agreement)) == (422, "preparation")
    assert "Check the year: 24 looks mistyped." in answer.content.decode()


@pytest.mark.parametrize("to", ["", "abc", "999999999", "-1", "0"])
def test_a_step_that_is_none_is_refused(client, officer, agreement, to):
    assert post(client, "move", agreement, to=to).status_code == 422


def test_a_step_of_another_process_is_not_on_the_way(client, officer, agreement):
    other = make_process("KSDPK", "first second")
    answer = post(client, "move", agreement, to=other.steps.last().pk)

    assert answer.status_code == 422
    assert "This step is not on the way of this agreement." in answer.content.decode()


def test_forward_is_not_back(client, officer, agreement):
    moving.move(agreement, step(agreement, "offer"), Grounds(agreement.today()), by=None, version=None)
    answer = post(client, "move", agreement, to=step(agreement, "preparation").pk)

    assert answer.status_code == 422
    assert "This step does not lie ahead" in answer.content.decode()


# Back, done, skip, waive


def test_it_is_sent_back_with_a_reason_and_what_was_settled_is_open_again(client, officer, agreement):
    moving.move(agreement, step(agreement, "offer"), Grounds(agreement.today()), by=None, version=None)
    without = post(client, "send-back", agreement, to=step(agreement, "preparation").pk)
    answer = post(client, "send-back", agreement, to=step(agreement, "preparation").pk, reason="KAK kurang")

    assert (without.status_code, answer.status_code, stands(agreement)) == (422, 302, "preparation")
    assert Way(agreement).stops[0].settled is None


def test_a_signed_one_does_not_go_back_before_the_signing(client, officer, batam, malang):
    make_process("KSDD_S", "offer signed* carrying-out")
    agreement = make_agreement(batam, malang, category="KSDD_S", signed=dt.date(2025, 1, 1))
    moving.start(agreement, by=None)
    moving.follow_signing(agreement, by=None)
    answer = post(client, "send-back", agreement, to=step(agreement, "offer").pk, reason="Salah")

    assert (answer.status_code, stands(agreement)) == (422, "signed")
    assert "It is signed: it cannot go back to before the signing." in answer.content.decode()


def test_a_step_ahead_is_recorded_as_done_without_moving(client, officer, agreement):
    post(client, "step-done", agreement, "ministry", evidence="100/2025", reason="Lebih dulu")

    assert (stands(agreement), log(agreement)) == ("preparation", ["PASSED ministry"])


def test_a_step_that_is_done_may_be_left_at_once(client, officer, agreement):
    page = client.get(url("step-done", agreement, "preparation"))
    sent = sent_by(page, "move-form")
    answer = client.post(url("step-done", agreement, "preparation"), sent)

    assert sent["onward"] == [str(step(agreement, "offer").pk)]
    assert answer.status_code == 302
    assert log(agreement) == ["PASSED preparation", "MOVED offer"]


def council(agreement):
    agreement.process.published_on = None
    agreement.process.save()
    agreement.process.steps.filter(code="council").update(test="COUNCIL")
    agreement.process.published_on = dt.date(2024, 1, 1)
    agreement.process.save()
    return agreement


def test_the_councils_step_is_skipped_with_two_answers_and_a_reason(client, officer, agreement):
    council(agreement)
    answers = {"burdens_public": "no", "outside_budget": "no", "council_note": "DPA 2025", "reason": "Tanpa beban"}
    answer = post(client, "step-skip", agreement, "council", **answers)

    agreement.refresh_from_db()
    assert answer.status_code == 302
    assert (agreement.burdens_public, agreement.outside_budget, agreement.council_note) == (False, False, "DPA 2025")
    assert log(agreement) == ["SKIPPED council"]


@pytest.mark.parametrize("yes", ["burdens_public", "outside_budget"])
def test_one_yes_means_that_the_council_must_approve(client, officer, agreement, yes):
    council(agreement)
    answers = {"burdens_public": "no", "outside_budget": "no", "reason": "Tanpa beban"} | {yes: "yes"}
    answer = post(client, "step-skip", agreement, "council", **answers)

    agreement.refresh_from_db()
    assert answer.status_code == 422
    assert "Then the council has to approve" in answer.content.decode()
    assert (agreement.burdens_public, log(agreement)) == (None, [])
    assert sent_by(answer, "move-form")[yes] == ["yes"]


def test_the_council_test_is_not_skipped_unanswered(client, officer, agreement):
    answer = post(client, "step-skip", council(agreement), "council", reason="Tanpa beban")

    assert (answer.status_code, log(agreement)) == (422, [])


def test_a_step_that_is_not_conditional_is_not_skipped(client, officer, agreement):
    page = client.get(url("step-skip", agreement, "ministry")).content.decode()
    answer = post(client, "step-skip", agreement, "ministry", reason="Malas")

    assert "This step may not be skipped." in page
    assert 'type="submit">Skip' not in page
    assert answer.status_code == 422
    assert "This step may not be skipped." in answer.content.decode()


def test_a_manager_waives_a_gate_with_a_reason(client, manager, agreement):
    client.force_login(manager)
    without = post(client, "step-waive", agreement, "ministry", reason=" ")
    answer = post(client, "step-waive", agreement, "ministry", reason="Naskah lama, surat hilang")

    assert (without.status_code, answer.status_code) == (422, 302)
    assert agreement.log.get(deed="WAIVED").by == manager


def test_an_officer_may_not_waive(client, officer, agreement):
    assert client.get(url("step-waive", agreement, "ministry")).status_code == 403
    assert post(client, "step-waive", agreement, "ministry", reason="Saja").status_code == 403
    assert log(agreement) == []


def test_a_manager_of_the_other_side_may_not_waive(client, agreement, malang):
    client.force_login(make_manager(malang))

    assert post(client, "step-waive", agreement, "ministry", reason="Saja").status_code == 403


def test_only_a_gate_is_waived(client, manager, agreement):
    client.force_login(manager)
    answer = post(client, "step-waive", agreement, "offer", reason="Saja")

    assert answer.status_code == 422
    assert "Only a gate is waived" in answer.content.decode()


# The whole agreement


def test_it_is_held_and_resumed(client, officer, agreement):
    twice = [post(client, "hold", agreement, reason="Menunggu anggaran").status_code]
    agreement.refresh_from_db()
    twice.append(post(client, "hold", agreement, reason="Lagi").status_code)
    resumed = post(client, "resume", agreement)
    agreement.refresh_from_db()
    again = post(client, "resume", agreement)

    assert (twice, resumed.status_code, again.status_code) == ([302, 422], 302, 422)
    assert log(agreement) == ["HELD", "RESUMED"]
    assert "It is not on hold." in again.content.decode()


def test_before_signing_it_is_rejected_or_withdrawn_and_may_be_reopened(client, officer, agreement):
    wrong = post(client, "close", agreement, closing="COMPLETED", reason="Selesai")
    post(client, "close", agreement, closing="REJECTED", reason="DPRD menolak")
    agreement.refresh_from_db()
    moved = post(client, "move", agreement, to=step(agreement, "offer").pk)
    assert (agreement.closed_as, agreement.closed_on) == ("REJECTED", agreement.today())

    reopened = post(client, "reopen", agreement, reason="Disetujui kemudian")

    assert (wrong.status_code, moved.status_code, reopened.status_code) == (422, 422, 302)
    assert "It is closed. Reopen it first." in moved.content.decode()
    agreement.refresh_from_db()
    assert agreement.closed_as == ""


def test_after_signing_it_is_completed_terminated_or_revoked(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2024, 1, 1))
    wrong = post(client, "close", agreement, closing="REJECTED", reason="Ditolak")
    answer = post(client, "close", agreement, closing="COMPLETED", reason="Tercapai")

    assert (wrong.status_code, answer.status_code) == (422, 302)


def test_what_is_not_closed_is_not_reopened(client, officer, agreement):
    answer = post(client, "reopen", agreement, reason="Coba")

    assert answer.status_code == 422
    assert "It is not closed" in answer.content.decode()


def test_it_moves_to_a_newer_edition_and_keeps_its_place(client, officer, agreement):
    newer = make_process("KSDD_S", "preparation offer legal council! signed* carrying-out", edition=2)
    page = client.get(url("way", agreement)).content.decode()
    answer = post(client, "transfer", agreement, process=newer.pk, reason="Edisi baru")

    agreement.refresh_from_db()
    assert "newer edition" in page
    assert answer.status_code == 302
    assert (agreement.process, agreement.step) == (newer, newer.steps.get(code="preparation"))


def test_it_moves_to_the_process_of_another_category_and_takes_it(client, officer, agreement):
    other = make_process("SINERGI", "initiation signed*")
    post(client, "transfer", agreement, process=other.pk, reason="Mitranya kementerian")

    agreement.refresh_from_db()
    assert (agreement.category, agreement.process, agreement.step.code) == ("SINERGI", other, "initiation")


def test_one_without_a_category_gets_a_way_by_choosing_a_process(client, officer, batam, malang):
    agreement, process = make_agreement(batam, malang, category="UNDETERMINED"), make_process("KSDD_S")
    post(client, "transfer", agreement, process=process.pk, reason="Sudah jelas")

    agreement.refresh_from_db()
    assert (agreement.category, agreement.step.code) == ("KSDD_S", "preparation")


def test_a_signed_one_enters_a_way_with_gates_only_when_they_are_settled(client, manager, batam, malang):
    client.force_login(manager)
    agreement = make_agreement(batam, malang, signed=dt.date(2020, 1, 1), category="UNDETERMINED")
    process = make_process("KSDPL_SISTER", "plan council! signed* carrying-out")
    gate = process.steps.get(code="council")
    moved = {"process": process.pk, "reason": "Kota bersaudara"}
    refused = post(client, "transfer", agreement, **moved)
    agreement.refresh_from_db()
    assert (refused.status_code, agreement.category) == (422, "UNDETERMINED")
    waive = reverse("agreements:step-waive", args=[agreement.pk, gate.pk])
    assert waive in refused.content.decode()

    client.post(waive, {"version": agreement.version, "reason": "Naskah lama"})
    agreement.refresh_from_db()
    answer = post(client, "transfer", agreement, **moved)

    agreement.refresh_from_db()
    assert (answer.status_code, agreement.category, agreement.step.code) == (302, "KSDPL_SISTER", "signed")


def test_a_process_that_is_not_published_is_refused(client, officer, agreement):
    draft = Process.objects.create(category="KSDD_S", edition=2, name_id="Rancangan")
    answer = post(client, "transfer", agreement, process=draft.pk, reason="Edisi baru")

    assert answer.status_code == 422
    assert "This process is not published yet." in answer.content.decode()


def test_a_sister_city_is_not_signed_without_council_ministry_and_full_powers(client, manager, batam):
    client.force_login(manager)
    reference.load()
    agreement = make_agreement(batam, make_region("Kota Xiangyang"), category="KSDPL_SISTER", kind="SISTER_CITY")
    moving.start(agreement, by=None)
    to = step(agreement, "MOU_SIGNED").pk
    refused = post(client, "move", agreement, to=to).content.decode()
    for name in ("DPRD", "VERIFICATION", "FULL_POWERS"):
        assert step(agreement, name).name in refused

    for code in ("DPRD", "VERIFICATION"):
        agreement.refresh_from_db()
        post(client, "step-done", agreement, code, evidence=f"Surat {code}")
    agreement.refresh_from_db()
    post(client, "step-waive", agreement, "FULL_POWERS", reason="Surat hilang")
    agreement.refresh_from_db()
    answer = post(client, "move", agreement, to=to)

    assert (answer.status_code, stands(agreement)) == (302, "MOU_SIGNED")


# Two officers at once


def test_who_moved_it_in_another_window_is_not_called_somebody_else(client, officer, agreement):
    page = client.get(url("hold", agreement))
    post(client, "move", agreement, to=step(agreement, "offer").pk)

    answer = client.post(url("hold", agreement), sent_by(page, "move-form") | {"reason": "Menunggu anggaran"})

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "You changed this agreement yourself in the meantime, in another window" in text
    assert "Somebody else" not in text


def test_the_second_of_two_officers_is_told_and_keeps_what_was_typed(client, officer, agreement, batam):
    page = client.get(url("hold", agreement))
    other = make_officer(batam, name="Siti")
    moving.move(
        agreement, step(agreement, "offer"), Grounds(agreement.today(), "Sudah"), by=other, version=agreement.version
    )

    typed = sent_by(page, "move-form") | {"reason": "Menunggu anggaran"}
    answer = client.post(url("hold", agreement), typed)

    text = answer.content.decode()
    assert (answer.status_code, log(agreement)) == (409, ["PASSED preparation", "MOVED offer"])
    assert "Somebody else changed this agreement in the meantime" in text
    assert "Siti" in text
    assert sent_by(answer, "move-form")["reason"] == ["Menunggu anggaran"]
    again = client.post(url("hold", agreement), sent_by(answer, "move-form"))
    assert (again.status_code, agreement.log.last().deed) == (302, "HELD")


def test_a_second_click_is_the_same_move(client, officer, agreement):
    page = sent_by(client.get(url("move", agreement)), "move-form")
    answers = [client.post(url("move", agreement), page).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert log(agreement) == ["PASSED preparation", "MOVED offer"]


def test_an_edit_of_the_record_in_between_is_told_too(client, officer, agreement):
    page = sent_by(client.get(url("hold", agreement)), "move-form")
    agreement.title = "Lain"
    agreement.save()

    answer = client.post(url("hold", agreement), page | {"reason": "Menunggu"})

    assert answer.status_code == 409
    assert "The record itself was edited" in answer.content.decode()


# Who may


def test_strangers_get_404_readers_403(client, agreement, batam):
    client.force_login(make_officer(make_region("Kabupaten Soppeng", code="73.12")))
    assert client.post(url("hold", agreement), {"reason": "x", "version": 1}).status_code == 404
    assert client.get(url("way", agreement)).status_code == 404
    client.force_login(make_viewer(batam))
    assert client.post(url("hold", agreement), {"reason": "x", "version": 1}).status_code == 403
    assert client.get(url("way", agreement)).status_code == 200
    assert log(agreement) == []


def test_the_other_side_reads_the_way_but_does_not_move_it(client, agreement, malang):
    client.force_login(make_officer(malang))

    assert client.get(url("way", agreement)).status_code == 200
    assert post(client, "move", agreement, to=step(agreement, "offer").pk).status_code == 403


# The stepper


def test_the_stepper_says_where_it_stands_since_when_and_who_must_act(client, officer, batam, malang):
    reference.load()
    agreement = make_agreement(batam, malang, category="KSDD_S")
    on = timezone.localdate() - dt.timedelta(days=40)
    process = Process.objects.get(category="KSDD_S")
    moving.start(agreement, by=None, on=on, step=process.steps.get(code="OFFER"))

    page = " ".join(client.get(url("way", agreement)).content.decode().split())

    assert "Head of the region, with Counterpart" in page
    assert "40 days <span" in page
    assert "of 30 allowed" in page
    assert "10 days over" in page
    assert "To be confirmed with an officer" in page
    assert "step 3 of 9" in page
    assert "2 are missing" in page


def test_the_log_names_a_paper_only_to_those_who_may_see_it(client, agreement, batam, malang):
    paper = make_agreement_paper(agreement, batam, title="RAHASIA", access="RESTRICTED")
    grounds = Grounds(agreement.today(), attachment=paper)
    moving.pass_step(agreement, step(agreement, "ministry"), grounds, by=None, version=None)

    pages = []
    for region in (batam, malang):
        client.force_login(make_officer(region, language="en"))
        pages.append(client.get(url("way", agreement)).content.decode())

    assert ["RAHASIA" in page for page in pages] == [True, False]
    assert "With a paper that is kept by another side." in pages[1]


def test_the_dialog_gets_only_the_form_and_the_page_is_refreshed_when_done(client, officer, agreement):
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog-body"}
    part = client.get(url("move", agreement), **htmx)
    answer = client.post(url("move", agreement), sent_by(part, "move-form"), **htmx)

    assert "<html" not in part.content.decode()
    assert "dialog-title" in part.content.decode()
    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")


def test_the_page_of_the_way_costs_the_same_for_a_long_log(client, officer, agreement, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(30) as captured:
            client.get(url("way", agreement))
        return len(captured)

    client.get(url("way", agreement))
    few = queries()
    for _ in range(3):
        moving.hold(agreement, Grounds(agreement.today(), "x"), by=officer, version=None)
        moving.resume(agreement, Grounds(agreement.today()), by=officer, version=None)
    assert queries() == few
    assert few <= 16


def test_a_superuser_moves_anything(client, agreement):
    client.force_login(make_superuser())

    assert post(client, "move", agreement, to=step(agreement, "offer").pk).status_code == 302


def test_a_signing_makes_the_stage_follow(client, officer, batam, malang):
    make_process("KSDD_S", "offer signed* carrying-out")
    agreement = make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=None)
    make_signing(agreement)
    moving.follow_signing(agreement, by=officer)

    assert stands(agreement) == "signed"
    assert StepEntry.objects.filter(deed=Deed.MOVED).get().by == officer


def test_one_whose_kind_no_longer_takes_its_step_is_told_and_can_be_moved(client, officer, batam, malang):
    reference.load()
    agreement = make_agreement(batam, malang, category="KSDD_S", kind="KB")
    moving.start(agreement, by=None)
    agreement.kind = "PKS"
    agreement.save()
    agreement.refresh_from_db()

    page = client.get(url("way", agreement)).content.decode()
    answer = post(client, "move", agreement, to=step(agreement, "PREPARATION").pk)

    assert "a step that agreements of this kind do not take" in page
    assert (answer.status_code, stands(agreement)) == (302, "PREPARATION")


def test_hostile_words_are_only_words(client, officer, agreement):
    answer = post(client, "hold", agreement, reason="<script>alert(1)</script>")
    agreement.refresh_from_db()
    nul = post(client, "resume", agreement, reason="a\x00b")

    assert (answer.status_code, nul.status_code) == (302, 422)
    assert "<script>alert(1)" not in client.get(url("way", agreement)).content.decode()
