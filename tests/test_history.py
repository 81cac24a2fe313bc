"""No edit without trace, no lost update: every tracked model through every way to write."""

import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse

from accounts.models import Invitation, Membership, User
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementCitation,
    AgreementNote,
    AgreementSector,
    AgreementSource,
    AgreementVisit,
    DraftTemplate,
    Evaluation,
    Indicator,
    Measurement,
    Party,
    Process,
    ProcessStep,
    Programme,
    ProgrammeUnit,
    ScopePoint,
    Signatory,
    Signing,
    StepActor,
    StepEntry,
    StepPaper,
)
from dashboards.models import SavedView
from followups.models import (
    Assignee,
    Duty,
    Milestone,
    MilestoneAttachment,
    MilestoneEntry,
    MilestoneNote,
    Part,
    ReminderRule,
    RuleOverride,
)
from notices.models import CalendarDay, Gateway, OptOut, Preference
from records.history import SECRET, event_model
from records.models import Record, Stale
from regions.models import (
    Border,
    Official,
    Organisation,
    Position,
    Region,
    RegionFigure,
    RegionTrait,
    Sector,
    Venue,
)
from sides.models import Confirmation, Correction, Handover
from tests.factories import (
    PASSWORD,
    make_agenda_item,
    make_agreement,
    make_agreement_paper,
    make_assignee,
    make_attachment,
    make_citation,
    make_confirmation,
    make_correction,
    make_delegate,
    make_delegation,
    make_duty,
    make_figure,
    make_gateway,
    make_handover,
    make_indicator,
    make_invitation,
    make_kind,
    make_measurement,
    make_membership,
    make_milestone,
    make_milestone_paper,
    make_note,
    make_official,
    make_organisation,
    make_outcome,
    make_part,
    make_position,
    make_programme,
    make_region,
    make_sector,
    make_series,
    make_signing,
    make_source,
    make_statement,
    make_topic,
    make_trait,
    make_user,
    make_venue,
    make_visit,
)
from visits.models import (
    AgendaItem,
    Citation,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitAttachment,
    VisitKind,
    VisitNote,
    VisitSeries,
    VisitSource,
)
from visits.models.visits import VisitKindLink

# Models of ours that are not tracked, each with its reason.
EXEMPT = {
    "User_groups": "Django's groups are used by nothing here: roles are memberships, and the admin asks is_superuser.",
    "User_user_permissions": "Likewise: nothing asks for a permission of Django's.",
    "Upload": "A file on its way in pieces: no record, and gone when it is kept as a paper, which is tracked.",
    "Notice": "A log of letters, written by the machinery; nobody edits it.",
    "Delivery": "Likewise: its tries are its history.",
    "Attempt": "Likewise, written once and completed once.",
    "Heartbeat": "A sign of life, written every few seconds.",
    "Outage": "What the sender remembers of a way that does not work; it goes when the way works.",
    "Reminder": "A promise, made by planning and told by letters: the send log is its history.",
    "ReminderRule_people": "Whom a rule names beside its audience: whom it wrote to stands in the send log.",
    "Snooze": "A person's own wish not to be reminded, for some days; the log of the milestone tells it.",
    "BulkDeed": "What is needed to undo a deed in bulk; the deeds themselves are in the log of each milestone.",
    "DefaultView": "A person's own choice of what a list opens with.",
    "Watch": "A person's own wish to see what changes, and until when they have seen it.",
    "Feed": "A person's own address for a calendar program: it would fill the history with secrets.",
    "AskedFile": "A place in a queue; the file is gone after some days.",
    "VisitPaperText": "What a machine read out of a paper: nobody edits it, and it would fill the history.",
    "MilestonePaperText": "Likewise.",
    "Trashed": "What was deleted, kept whole for thirty days; its coming and going are lines of the book of deeds.",
    "Trace": "The book of deeds itself, written once and sealed.",
    "Seal": "The chain over the history, written once.",
    "AgreementPaperText": "What a machine read out of a paper: nobody edits it, and it would fill the history.",
}


def make_rule():
    return ReminderRule.objects.create(code="x", name_id="x", kinds=["FOLLOW_UP"], days=[0])


def make_step():
    """A step of an edition that may still be changed."""
    process = Process.objects.create(category="KSDD_S", name_id="Antardaerah")
    return process.steps.create(position=1, code="a", name_id="A", phase="SIGNING")


def make_entry():
    """An entry of the log is written once: only its writer is forgotten, and it goes only with its agreement."""
    entry = StepEntry.objects.create(
        agreement=make_agreement(), deed="HELD", happened_on="2026-01-05", reason="Menunggu", by=make_user()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(entry.agreement_id)])
    return entry


# How to make a row of each tracked model, and which of its fields to change into what.
ROWS = {
    User: (make_user, "name", "lain"),
    Invitation: (make_invitation, "role", "OFFICER"),
    StepEntry: (make_entry, "by_id", None),
    Membership: (make_membership, "role", "VIEWER"),
    Region: (lambda: make_region("Kota Sendiri"), "about", "lain"),
    Sector: (make_sector, "name_en", "lain"),
    Organisation: (lambda: make_organisation("Bappeda", region=make_region()), "short_name", "lain"),
    Official: (make_official, "title_after", "lain"),
    Position: (make_position, "title", "lain"),
    Venue: (make_venue, "name", "lain"),
    RegionFigure: (make_figure, "source", "lain"),
    RegionTrait: (make_trait, "text", "lain"),
    VisitKind: (make_kind, "name_en", "lain"),
    VisitSeries: (make_series, "about", "lain"),
    Visit: (lambda: make_visit(guest=False), "remarks", "lain"),
    VisitKindLink: (
        lambda: make_visit(kinds=[make_kind()]).kind_links.get(),  # noqa: PLW0108 -- made later
        "kind_id",
        lambda: make_kind("LAIN", "Lain").pk,
    ),
    Delegation: (lambda: make_delegation(make_visit()), "topics", "lain"),
    Delegate: (lambda: make_delegate(make_visit().delegations.get()), "capacity", "lain"),
    AgendaItem: (lambda: make_agenda_item(make_visit()), "note", "lain"),
    Topic: (lambda: make_topic(make_visit()), "note", "lain"),
    Statement: (lambda: make_statement(make_visit()), "translation", "lain"),
    Outcome: (lambda: make_outcome(make_visit()), "quote", "lain"),
    VisitSource: (lambda: make_source(make_visit()), "title", "lain"),
    Citation: (lambda: make_citation(make_visit()), "quote", "lain"),
    VisitAttachment: (lambda: make_attachment(make_visit()), "title", "lain"),
    VisitNote: (lambda: make_note(make_visit()), "text", "lain"),
    Border: (lambda: make_region().borders.create(neighbour=make_region("Kota Lain")), "source", "lain"),
    Agreement: (lambda: Agreement.objects.create(owner=make_region()), "remarks", "lain"),
    Party: (lambda: make_agreement().parties.first(), "liaison", "lain"),  # noqa: PLW0108 - later
    Signatory: (lambda: make_agreement().parties.first().signatories.create(name="Sanusi"), "capacity", "lain"),
    Signing: (lambda: make_signing(make_agreement()), "note", "lain"),
    ScopePoint: (lambda: make_agreement().scope.create(text="Pangan"), "heading", "lain"),
    AgreementSector: (
        lambda: make_agreement().sector_links.create(sector=make_sector()),
        "sector_id",
        lambda: make_sector("food", "Pangan", "Food").pk,
    ),
    AgreementVisit: (lambda: make_agreement().visit_links.create(visit=make_visit()), "note", "lain"),
    AgreementSource: (lambda: make_agreement().sources.create(outlet="batampos"), "title", "lain"),
    AgreementCitation: (lambda: make_agreement().citations.create(fact="Tahun 2025"), "quote", "lain"),
    Process: (lambda: Process.objects.create(category="KSDD_S", name_id="Antardaerah"), "basis", "lain"),
    ProcessStep: (make_step, "basis", "lain"),
    StepPaper: (lambda: make_step().papers.create(kind="TOR"), "note_en", "lain"),
    StepActor: (lambda: StepActor.objects.create(code="UNIT", name_id="Dinas"), "name_en", "lain"),
    AgreementAttachment: (make_agreement_paper, "title", "lain"),
    AgreementNote: (lambda: make_agreement().notes.create(region=make_region(), text="x"), "text", "lain"),
    DraftTemplate: (lambda: DraftTemplate.objects.create(region=make_region(), kind="KB", file="x"), "filename", "y"),
    Programme: (make_programme, "about", "lain"),
    ProgrammeUnit: (lambda: make_programme().unit_links.create(organisation=make_organisation()), "position", 7),
    Indicator: (make_indicator, "unit", "lain"),
    Measurement: (make_measurement, "note", "lain"),
    Evaluation: (lambda: make_agreement().evaluations.create(evaluated_on="2025-06-01"), "findings", "lain"),
    Milestone: (make_milestone, "note", "lain"),
    Part: (lambda: make_part(make_milestone()), "note", "lain"),
    Assignee: (lambda: make_assignee(make_milestone(), make_user()), "user_id", lambda: make_user().pk),
    MilestoneEntry: (lambda: make_milestone().log.create(deed="COMMENTED", text="x"), "text", "lain"),
    MilestoneAttachment: (lambda: make_milestone_paper(make_milestone()), "title", "lain"),
    MilestoneNote: (lambda: make_milestone().notes.create(region=make_region(), text="x"), "text", "lain"),
    Duty: (lambda: make_duty(owner=make_region()), "title", "lain"),
    ReminderRule: (make_rule, "name_en", "lain"),
    RuleOverride: (lambda: make_rule().overrides.create(agreement=make_agreement(), days=[-1]), "days", [-2]),
    Preference: (lambda: Preference.objects.create(user=make_user()), "gateway_address", "+62811"),
    OptOut: (lambda: OptOut.objects.create(user=make_user(), topic="TASKS", channel="EMAIL"), "channel", "WEBHOOK"),
    Gateway: (lambda: make_gateway("https://wa.test/", make_region()), "name", "lain"),
    SavedView: (lambda: SavedView.objects.create(owner=make_user(), of="visits", name="x"), "query", "q=lain"),
    Correction: (make_correction, "text", "lain"),
    Confirmation: (lambda: make_confirmation(make_visit().delegations.get()), "print", "lain"),
    Handover: (make_handover, "text", "lain"),
    CalendarDay: (lambda: CalendarDay.objects.create(day="2026-01-02", send_on="2026-01-02"), "free_because", "Libur"),
}
PARTS = [AgendaItem, Citation, Delegate, Delegation, Outcome, Statement, Topic, VisitKindLink, VisitSource]
RECORDS = [model for model in ROWS if issubclass(model, Record)]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make(model):
    """A row, the name of a field of it, and another value for that field."""
    maker, field, value = ROWS[model]
    row = maker()
    row.refresh_from_db()
    return row, field, value() if callable(value) else value


def labels(row):
    """What the log says happened to the row, in order."""
    events = event_model(type(row)).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    return list(events.values_list("pgh_label", flat=True))


def by_save(row, field, value):
    setattr(row, field, value)
    row.save()


def by_save_of_one_field(row, field, value):
    setattr(row, field, value)
    row.save(update_fields=[field])


def by_update(row, field, value):
    type(row)._base_manager.filter(pk=row.pk).update(**{field: value})


def by_bulk_update(row, field, value):
    setattr(row, field, value)
    type(row)._base_manager.bulk_update([row], [field.removesuffix("_id")])


def by_hand(row, field, value):
    column = row._meta.get_field(field).column
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE "{row._meta.pk.column}" = %s', [value, row.pk]
        )


UPDATES = [by_save, by_save_of_one_field, by_update, by_bulk_update, by_hand]


def delete_by_hand(row):
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE "{row._meta.pk.column}" = %s', [row.pk])


def delete_with_parent(row):
    """By deleting what the row hangs on, where it hangs on something."""
    keys = [f for f in row._meta.fields if f.remote_field and f.remote_field.on_delete is models.CASCADE]
    parents = [getattr(row, key.name) for key in keys]
    next((parent for parent in parents if parent), row).delete()


DELETES = [
    lambda row: row.delete(),
    lambda row: type(row)._base_manager.filter(pk=row.pk).delete(),
    delete_by_hand,
    delete_with_parent,
]


def own_models():
    """Also the tables between two models that Django makes by itself."""
    every = apps.get_models(include_auto_created=True)
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    return [m for m in every if m._meta.app_label in ours and not hasattr(m, "pgh_tracked_model")]


def test_every_model_of_ours_is_tracked_or_excused_with_a_reason():
    tracked = {m for m in own_models() if getattr(m, "pgh_event_models", None)}

    assert tracked == set(ROWS)
    assert {m.__name__ for m in own_models()} - {m.__name__ for m in tracked} == set(EXEMPT)


def test_every_tracked_model_hides_only_what_is_computed_or_secret():
    for model in ROWS:
        kept = {f.name for f in event_model(model)._meta.fields}
        missing = {f.name for f in model._meta.fields} - kept
        hidden = {"version", "region_ids", "organisation_ids", "words", "last_login"} | SECRET
        assert missing <= hidden | set(getattr(model, "computed", ())), model


@pytest.mark.django_db
@pytest.mark.parametrize("model", ROWS, ids=lambda m: m.__name__)
class TestEveryWayToWrite:
    def test_making(self, model):
        row, _field, _value = make(model)

        assert labels(row)[0] == "insert"

    def test_making_in_bulk(self, model):
        row, _field, _value = make(model)
        if model is Visit:
            row.submission = "00000000-0000-0000-0000-000000000001"
        type(row)._base_manager.filter(pk=row.pk).delete()
        row._state.adding = True
        if isinstance(row._meta.pk, models.AutoField):
            row.pk = None

        (again,) = model._base_manager.bulk_create([row])

        assert labels(again)[-1:] == ["insert"]

    @pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
    def test_changing(self, model, change):
        row, field, value = make(model)
        before = labels(row)

        change(row, field, value)

        assert labels(row) == [*before, "update"]
        newest = event_model(model).objects.filter(pgh_obj_id=row.pk).latest("pgh_id")
        assert getattr(newest, field) == value

    def test_changing_nothing_leaves_nothing(self, model):
        row, _field, _value = make(model)
        before = labels(row)

        row.save()

        assert labels(row) == before

    @pytest.mark.parametrize("delete", DELETES, ids=["delete", "queryset", "by_hand", "with_parent"])
    def test_deleting(self, model, delete):
        row, _field, _value = make(model)
        pk = row.pk

        delete(row)

        events = event_model(model).objects.filter(pgh_obj_id=pk).order_by("pgh_id")
        assert events.last().pgh_label == "delete"

    def test_the_log_is_not_changed_afterwards(self, model):
        row, _field, _value = make(model)
        events = event_model(model).objects.filter(pgh_obj_id=row.pk)

        for deed in (lambda: events.update(pgh_label="forged"), events.delete, events.first().delete):
            with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
                deed()
        assert labels(row)[0] == "insert"


@pytest.mark.django_db
def test_a_password_leaves_a_trace_and_no_hash():
    user = make_user()
    hash_ = user.password

    user.set_password("lain sekali 7")
    user.save()

    assert labels(user) == ["insert", "password"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM accounts_userevent e")
        log = cursor.fetchone()[0]
    assert hash_ not in log
    assert user.password not in log


@pytest.mark.django_db
def test_what_comes_over_the_web_names_user_page_and_request(client):
    batam = make_region()
    visit = make_visit(batam)
    user = make_user(batam)
    client.force_login(user)

    client.post(reverse("visits:notes", args=[visit.pk]), {"text": "x"}, headers={"X-Request-ID": "abc-123"})

    metadata = event_model(VisitNote).objects.get().pgh_context.metadata
    assert metadata["user"] == user.pk
    assert metadata["url"] == f"/visits/{visit.pk}/notes/"
    assert (metadata["method"], metadata["address"]) == ("POST", "127.0.0.1")
    assert metadata["request_id"]


@pytest.mark.django_db
def test_signing_in_leaves_no_noise(client):
    user = make_user()

    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    user.refresh_from_db()
    assert user.last_login
    assert (labels(user), user.version) == (["insert"], 1)


# Versions


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_every_change_raises_the_version(model, change):
    row, field, value = make(model)
    read = row.version

    change(row, field, value)

    assert model._base_manager.get(pk=row.pk).version == read + 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", PARTS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_changing_a_part_of_a_visit_is_changing_the_visit(model, change):
    row, field, value = make(model)
    visit = row.delegation.visit if model is Delegate else row.visit
    visit.refresh_from_db()

    change(row, field, value)
    after_change = Visit.objects.get(pk=visit.pk).version
    type(row)._base_manager.filter(pk=row.pk).delete()

    assert visit.version < after_change < Visit.objects.get(pk=visit.pk).version


@pytest.mark.django_db
def test_a_paper_or_note_does_not_make_the_form_of_the_visit_stale():
    visit = make_visit()

    make_attachment(visit)
    make_note(visit)

    assert Visit.objects.get(pk=visit.pk).version == visit.version


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_when_eight_write_at_once():
    pk = make_series(phases_planned=0).pk
    start = threading.Barrier(8)

    def write_fifty_times():
        try:
            start.wait()
            for _ in range(50):
                while not add_one(pk):
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=write_fifty_times) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    series = VisitSeries.objects.get(pk=pk)
    assert series.phases_planned == 400
    assert labels(series).count("update") == 400


def add_one(pk):
    """Read, think, save as a form does; False when somebody else was faster."""
    series = VisitSeries.objects.get(pk=pk)
    series.phases_planned += 1
    try:
        with transaction.atomic():
            series.claim(series.version).save()
    except Stale:
        return False
    return True
