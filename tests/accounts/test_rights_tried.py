"""Every right tried as every actor on the real pages: the table is true, not only printed.

Each trial does one deed as a signed-in user and says whether it was done: by what stands in the database afterwards,
or, where the right is to see, by what the page shows. A refusal is 403 or 404, never anything else. `stranger` is an
officer of a region that has nothing to do with it; of a deed on a region's own things, `other side` is one of a region
that takes part in the record.
"""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Membership
from accounts.rights import RULES, Actor, Place, Right
from agreements import moving
from agreements.models import Agreement
from dashboards.models import SavedView
from followups.models import Milestone
from records.models import Deed
from records.tracing import trace
from records.trash import throw
from regions.models import Organisation
from sides.models import Confirmation, Correction, Handover
from tests import factories as make
from tests.documents import files
from tests.sent import come_in, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db
OUTSIDERS = ("stranger", "other side")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class World:
    """Batam keeps a visit, an agreement and a follow-up, Malang takes part; a second visit is kept by Malang."""

    def __init__(self):
        self.kepri = make.make_province("Kepulauan Riau", "21")
        self.batam = make.make_region("Kota Batam", code="21.71", parent=self.kepri)
        self.malang = make.make_region("Kabupaten Malang", code="35.07")
        self.unit = make.make_organisation("Dinas Pangan", self.batam)
        self.visit = make.make_visit(self.batam, self.malang, title="Milik Batam", host_organisation=self.unit)
        self.agreement = make.make_agreement(self.batam, self.malang, title="Kerja sama pangan")
        self.agreement.parties.filter(region=self.batam).update(unit=self.unit)
        self.programme = make.make_programme(self.agreement)
        self.programme.unit_links.create(organisation=self.unit)
        self.indicator = make.make_indicator(self.programme)
        self.milestone = make.make_milestone("Kirim cabai", self.unit, owner=self.batam, agreement=self.agreement)
        self.theirs = make.make_visit(self.malang, self.batam, owner=self.malang, title="Milik Malang")
        delegation = self.theirs.delegations.get(region=self.batam)
        delegation.organisation = self.unit
        delegation.save()
        self.people = {
            "SUPERVISOR": make.make_user(self.kepri, "OFFICER", supervises=True),
            **{role: make.make_member(self.batam, role) for role in ("VIEWER", "REVIEWER", "LEGAL", "OFFICER")},
            "MANAGER": make.make_manager(self.batam),
            "ADMIN": make.make_member(self.batam, "ADMIN"),
            "UNIT_VIEWER": make.make_membership(unit=self.unit, role="VIEWER").user,
            "UNIT_USER": make.make_unit_user(self.unit),
            "SYSTEM": make.make_superuser(),
            "stranger": make.make_officer(make.make_region("Kota Padang", code="13.71")),
            "other side": make.make_manager(self.malang),
        }


class Trial:
    """One actor at the pages; a deed that is refused answers 403 or 404."""

    def __init__(self, world, client, who):
        self.__dict__ |= vars(world)
        self.client, self.who, self.user = client, who, world.people[who]
        self.is_of_unit = who.startswith("UNIT")

    def get(self, name, /, *args, **asked):
        response = self.client.get(reverse(name, args=args), asked)
        assert response.status_code in (200, 403, 404), (name, response.status_code)
        return response.content.decode() if response.status_code == 200 else ""

    def post(self, name, /, *args, form="", **data):
        """With what the form on the page holds, where there is a `form`; without it bare."""
        url = reverse(name, args=args)
        if form:
            shown = self.client.get(url)
            assert shown.status_code in (200, 403, 404), (name, shown.status_code)
            if shown.status_code == 200:
                sent = sent_by(shown, form) if isinstance(form, str) else sent_by(shown)
                data = {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in sent.items()} | data
        response = self.client.post(url, data)
        assert response.status_code in (200, 204, 302, 403, 404, 422), (name, response.status_code)
        return response.status_code in (200, 204, 302)

    def version(self, record):
        return type(record)._default_manager.get(pk=record.pk).version


def see_records(t):
    seen = [
        bool(t.get("visits:detail", t.visit.pk)),
        bool(t.get("agreements:detail", t.agreement.pk)),
        bool(t.get("followups:detail", t.milestone.pk)),
        t.visit.title in t.get("visits:list", view="all"),
        bool(t.get("visits:history", t.visit.pk)),
    ]
    assert len(set(seen)) == 1, seen
    return seen[0]


def see_restricted(t):
    """A unit sees its own only; the region sees both."""
    ours = make.make_attachment(t.visit, t.batam, access="RESTRICTED", title="Rahasia kota")
    units = make.make_attachment(
        t.visit, t.batam, access="RESTRICTED", title="Rahasia dinas", unit=t.unit, content=files.pdf("2")
    )
    other = make.make_organisation("Dinas Lain", t.batam)
    others = make.make_attachment(
        t.visit, t.batam, access="RESTRICTED", title="Rahasia dinas lain", unit=other, content=files.pdf("3")
    )
    page = t.get("visits:detail", t.visit.pk)
    shown = {paper: paper.title in page for paper in (ours, units, others)}
    for paper, is_shown in shown.items():
        answer = t.client.get(reverse("visits:attachment", args=[t.visit.pk, paper.pk]))
        b"".join(answer)  # and closes the file
        assert (answer.status_code == 200) == is_shown, paper.title
    if t.is_of_unit:
        assert (shown[ours], shown[others]) == (False, False)
    return shown[units]


def see_notes(t):
    make.make_note(t.visit, t.batam, text="Hanya untuk kita")
    return "Hanya untuk kita" in t.get("visits:detail", t.visit.pk)


def keep_records(t):
    opened = bool(t.get("visits:edit", t.visit.pk))
    t.post("agreements:programme-delete", t.agreement.pk, t.programme.pk)
    gone = not t.agreement.programmes.filter(pk=t.programme.pk).exists()
    t.post("followups:cancel", t.milestone.pk, version=t.version(t.milestone), words="Tidak jadi")
    cancelled = Milestone.objects.get(pk=t.milestone.pk).status == "CANCELLED"
    assert opened == gone == cancelled
    return gone


def delete_signed(t):
    signed = make.make_agreement(t.batam, t.malang, signed=dt.date(2025, 6, 16), title="Sudah diteken")
    t.post("agreements:delete", signed.pk, version=t.version(signed))
    return not Agreement.objects.filter(pk=signed.pk).exists()


def waive_gates(t):
    process = make.make_process("KSDD_S", "preparation council! signed* carrying-out")
    moving.start(t.agreement, by=t.people["SYSTEM"])
    gate = process.steps.get(code="council")
    t.post("agreements:step-waive", t.agreement.pk, gate.pk, form="move-form", reason="Mendesak")
    return t.agreement.log.filter(deed="WAIVED").exists()


def _thrown(t):
    doomed = make.make_visit(t.batam, t.malang, title="Dibuang")
    return throw(doomed, by=t.people["OFFICER"], region=t.batam.pk), doomed.pk


def restore(t):
    thrown, pk = _thrown(t)
    t.post("ledger:restore", thrown.pk)
    return Visit.objects.filter(pk=pk).exists()


def empty_trash(t):
    thrown, _pk = _thrown(t)
    t.post("ledger:remove", thrown.pk)
    return not type(thrown).objects.filter(pk=thrown.pk).exists()


def answer_corrections(t):
    correction = make.make_correction(t.visit, t.malang)
    t.post(
        "sides:correction-answer", correction.pk, form=False, version=correction.version, decline="1", answer="Tidak"
    )
    return Correction.objects.get(pk=correction.pk).state != "OPEN"


def hand_over(t):
    given = t.post("sides:offer", "visit", t.visit.pk, form="offer-form", to=t.malang.pk, text="Kalian tuan rumahnya")
    offered = Handover.objects.filter(visit=t.visit).exists()
    assert given == offered or not offered
    return offered


def propose_corrections(t):
    t.post("sides:propose", "visit", t.theirs.pk, form="sheet-form", text="Rombongannya lebih besar")
    return Correction.objects.filter(visit=t.theirs).exists()


def confirm_side(t):
    row = t.theirs.delegations.get(region=t.batam)
    shown = t.get("visits:detail", t.theirs.pk)
    made = make.make_confirmation(row)
    made_print = made.print
    made.delete()
    t.post("sides:confirm", "delegation", row.pk, print=made_print)
    assert bool(shown) or t.who == "stranger"
    return Confirmation.objects.filter(delegation=row).exists()


def add_papers(t):
    for name, record in (("visits", t.visit), ("agreements", t.agreement), ("followups", t.milestone)):
        paper = make.upload("bukti.pdf", files.pdf(name))
        t.post(f"{name}:attachments", record.pk, uploads=paper, access="RESTRICTED")
    counts = [record.attachments.count() for record in (t.visit, t.agreement, t.milestone)]
    assert counts in ([0, 0, 0], [1, 1, 1]), counts
    paper = t.visit.attachments.first()
    if paper is not None and t.who != "other side":
        assert (paper.owner, paper.unit) == (t.batam, t.unit if t.is_of_unit else None)
    return bool(paper)


def change_papers(t):
    paper = make.make_attachment(t.visit, t.batam)
    t.post("visits:attachment-delete", t.visit.pk, paper.pk)
    return not t.visit.attachments.exists()


def write_notes(t):
    t.post("visits:notes", t.visit.pk, text="Catatan kita")
    return t.visit.notes.exists()


def work(t):
    t.post("followups:begin", t.milestone.pk, version=t.version(t.milestone))
    begun = Milestone.objects.get(pk=t.milestone.pk).status == "IN_PROGRESS"
    part = t.milestone.parts.get()
    proof = make.upload("bukti.pdf", files.pdf("bukti"))
    version = t.version(t.milestone)
    t.post("followups:part-done", t.milestone.pk, part.pk, version=version, uploads=proof, access="RESTRICTED")
    part.refresh_from_db()
    done = part.done_on is not None
    assert begun == done == t.milestone.attachments.filter(access="RESTRICTED", kind="EVIDENCE").exists()
    return begun


def comment(t):
    t.post("followups:comments", t.milestone.pk, words="Sudah dikirim")
    return t.milestone.log.filter(deed="COMMENTED").exists()


def accept(t):
    Milestone.objects.filter(pk=t.milestone.pk).update(status="SUGGESTED")
    t.post("followups:accept", t.milestone.pk, version=t.version(t.milestone))
    return Milestone.objects.get(pk=t.milestone.pk).status == "OPEN"


def assign(t):
    Milestone.objects.filter(pk=t.milestone.pk).update(status="SUGGESTED")
    t.post("followups:decline", t.milestone.pk, version=t.version(t.milestone), words="Tidak perlu")
    return Milestone.objects.get(pk=t.milestone.pk).status == "CANCELLED"


def measure(t):
    place = t.agreement.pk, t.programme.pk, t.indicator.pk
    proof = make.upload("bukti.pdf", files.pdf("ukur"))
    day = {"measured_on": "2025-06-01", "value": "7", "uploads": proof, "access": "RESTRICTED"}
    t.post("agreements:measurement-new", *place, **day)
    return t.indicator.measurements.exists()


def evaluate(t):
    t.post(
        "agreements:evaluation-new", t.agreement.pk,
        role="SECRETARIAT", evaluated_on="2025-06-30", rating="4", findings="Baik",
    )  # fmt: skip
    return t.agreement.evaluations.exists()


def add_reference(t):
    t.post(
        "regions:organisation-new",
        name_id="Universitas Baru", kind="UNIVERSITY", region=t.batam.pk, region_text="Kota Batam",
    )  # fmt: skip
    return Organisation.objects.filter(name_id="Universitas Baru").exists()


def keep_reference(t):
    figure = make.make_figure(t.batam)
    t.post("regions:figure-delete", t.batam.pk, figure.pk)
    return not t.batam.figures.exists()


def keep_templates(t):
    return bool(t.get("agreements:draft-template", t.batam.pk, "kb"))


def share_views(t):
    t.post("dashboards:view-new", of="visits", query="", name="Punya kita", region=t.batam.pk)
    return SavedView.objects.filter(region=t.batam).exists()


def keep_shared_views(t):
    view = make.make_saved_view(make.make_officer(t.batam), name="Milik rekan", region=t.batam)
    if t.who == "SYSTEM":  # of nobody's region: in Django admin
        t.client.post(reverse("admin:dashboards_savedview_delete", args=[view.pk]), {"post": "yes"})
    else:
        t.post("dashboards:view-delete", view.pk)
    return not SavedView.objects.filter(pk=view.pk).exists()


def see_letters(t):
    letter = make.make_notice(make.make_officer(t.batam))
    return bool(t.get("notices:detail", letter.pk))


def see_members(t):
    return t.people["VIEWER"].email in t.get("accounts:members")


def keep_members(t):
    member = make.make_officer(t.batam)
    t.post("accounts:member-end", member.memberships.get().pk)
    return not Membership.objects.filter(user=member).exists()


def see_traces(t):
    member = make.make_officer(t.batam, name="Yang Mengunduh")
    trace(Deed.SIGNED_IN, user=member)
    return "Yang Mengunduh" in t.get("ledger:traces")


def enter_admin(t):
    answer = t.client.get("/admin/visits/visit/")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200 and t.visit.title in answer.content.decode()


def keep_installation(t):
    health = bool(t.get("notices:health"))
    answer = t.client.get("/admin/agreements/process/add/")
    assert answer.status_code in (200, 302, 403)
    assert health == (answer.status_code == 200)
    return health


TRIALS = {right: globals()[right.name.lower()] for right in Right if right.name.lower() in globals()}


def test_every_right_is_tried():
    assert set(TRIALS) == set(Right)


@pytest.mark.parametrize("right", list(TRIALS), ids=lambda right: right.name)
def test_who_has_the_right_does_it_and_nobody_else(client, right):
    world = World()
    expected = {actor.value: actor in RULES[right].actors for actor in Actor}
    expected |= {"stranger": False}
    if RULES[right].on in (Place.RECORD, Place.REGION):
        expected |= {"other side": False}
    if right is Right.ADD_REFERENCE:  # of any region
        expected |= {"stranger": True, "other side": True, "SUPERVISOR": True}

    done = {}
    for who in expected:
        come_in(client, world.people[who])
        with transaction.atomic():
            done[who] = TRIALS[right](Trial(world, client, who))
            transaction.set_rollback(True)

    assert done == expected
