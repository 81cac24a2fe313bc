import pytest

from agreements.checklists import checklist_of, lacking_papers
from agreements.models import Agreement, Process, StepPaper
from agreements.moving import Grounds, move, send_back, skip, start, waive
from agreements.ways import Way
from documents.papers import papers_of
from tests.documents import files
from tests.factories import make_agreement, make_agreement_paper, make_member, make_officer, make_process, make_region

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
def officer(batam):
    return make_officer(batam, language="en")


@pytest.fixture
def agreement(batam, malang):
    """At the first of: preparation (ToR; optional: study), council (gate, may be skipped: approval), signed (text)."""
    process = make_process("KSDD_S", "preparation council!? signed* carrying-out")
    Process.objects.filter(pk=process.pk).update(published_on=None)
    steps = {step.code: step for step in process.steps.all()}
    StepPaper.objects.create(step=steps["preparation"], kind="TOR")
    StepPaper.objects.create(step=steps["preparation"], kind="FEASIBILITY", required=False)
    StepPaper.objects.create(step=steps["council"], kind="DPRD_APPROVAL")
    StepPaper.objects.create(step=steps["signed"], kind="SIGNED")
    Process.objects.filter(pk=process.pk).update(published_on="2024-01-01")
    made = make_agreement(batam, malang, category="KSDD_S", burdens_public=False, outside_budget=False)
    start(made, by=None)
    made.refresh_from_db()
    return made


def step(agreement, code):
    return agreement.process.steps.get(code=code)


def checked(agreement, user):
    return checklist_of(Way(agreement), papers_of(agreement, user))


def missing(agreement, user):
    return [line.asked.kind for line in checked(agreement, user).missing]


def listed(user):
    return list(lacking_papers(Agreement.objects.visible_to(user), user))


def today(agreement, reason=""):
    return Grounds(agreement.today(), reason)


def test_the_steps_up_to_the_current_one_ask_and_later_ones_wait(agreement, officer):
    found = checked(agreement, officer)

    assert [s.stop.step.code for s in found.due] == ["preparation"]
    assert [s.stop.step.code for s in found.later] == ["council", "signed"]
    assert missing(agreement, officer) == ["TOR"]
    assert listed(officer) == [agreement]


def test_a_paper_of_the_step_or_of_none_answers(agreement, officer):
    make_agreement_paper(agreement, kind="TOR")

    assert missing(agreement, officer) == []
    assert listed(officer) == []


def test_a_paper_of_another_step_or_kind_does_not_answer(agreement, officer):
    make_agreement_paper(agreement, kind="TOR", step=step(agreement, "signed"))
    make_agreement_paper(agreement, kind="FEASIBILITY", content=files.pdf("2"))

    assert missing(agreement, officer) == ["TOR"]
    assert listed(officer) == [agreement]


def test_a_skipped_step_asks_for_nothing_until_somebody_goes_back(agreement, officer, batam):
    make_agreement_paper(agreement, kind="TOR")
    skip(agreement, step(agreement, "council"), today(agreement, "Tidak membebani."), by=officer, version=None)
    move(agreement, step(agreement, "signed"), today(agreement), by=officer, version=None)
    agreement.refresh_from_db()
    make_agreement_paper(agreement, kind="SIGNED", content=files.pdf("2"))

    assert (missing(agreement, officer), listed(officer)) == ([], [])

    send_back(agreement, step(agreement, "council"), today(agreement, "Berubah."), by=officer, version=None)
    agreement.refresh_from_db()

    assert (missing(agreement, officer), listed(officer)) == (["DPRD_APPROVAL"], [agreement])


def test_a_waived_gate_asks_for_nothing(agreement, batam):
    manager = make_member(batam, "MANAGER")
    make_agreement_paper(agreement, kind="TOR")
    waive(agreement, step(agreement, "council"), today(agreement, "Mendesak."), by=manager, version=None)
    move(agreement, step(agreement, "signed"), today(agreement), by=manager, version=None)
    agreement.refresh_from_db()

    assert missing(agreement, manager) == ["SIGNED"]


def test_where_no_paper_is_required_so_far_nothing_is_called_complete(client, agreement, officer):
    client.force_login(officer)
    Process.objects.filter(pk=agreement.process_id).update(published_on=None)
    StepPaper.objects.filter(kind="TOR").update(required=False)
    Process.objects.filter(pk=agreement.process_id).update(published_on="2024-01-01")

    page = client.get(agreement.get_absolute_url()).content.decode()

    assert "No paper is required so far" in page
    assert "Nothing is missing" not in page


def test_a_restricted_paper_of_the_other_side_is_not_betrayed(agreement, officer, malang):
    make_agreement_paper(agreement, malang, kind="TOR", access="RESTRICTED")

    assert missing(agreement, officer) == ["TOR"]
    assert missing(agreement, make_officer(malang)) == []
    assert (listed(officer), listed(make_officer(malang))) == ([agreement], [])


def test_a_line_leads_to_the_form_with_kind_and_step_chosen(agreement, officer):
    line = checked(agreement, officer).missing[0]

    assert line.upload_url == f"/agreements/{agreement.pk}/attachments/?kind=TOR&step={line.step.pk}"


def test_an_agreement_without_a_process_has_no_checklist(officer, batam):
    agreement = make_agreement(batam)

    assert not checked(agreement, officer)
    assert listed(officer) == []
