"""Django admin: every model of ours is usable there, safely, and leaves its trace."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.db import connection
from django.db.models import CASCADE
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Invitation, Membership, User
from agreements.models import Agreement, DraftTemplate, Process, StepActor
from dashboards.models import AskedFile, Feed, Watch
from documents.keeping import keep
from documents.uploads import look_into
from followups.models import BulkDeed, MilestoneAttachment, Reminder, ReminderRule, RuleOverride
from notices.models import CalendarDay, Delivery, Heartbeat, Notice, OptOut, Outage, Preference
from records.history import event_model, history_of
from records.models import Record, Trashed
from records.rows import EVERYBODY
from regions.models import Official, Organisation, Region
from sides.models import Confirmation, Correction, Handover
from tests.documents import files
from tests.factories import (
    make_agenda_item,
    make_agreement,
    make_agreement_paper,
    make_asked_file,
    make_assignee,
    make_attachment,
    make_citation,
    make_confirmation,
    make_correction,
    make_delegate,
    make_delegation,
    make_delivery,
    make_duty,
    make_figure,
    make_gateway,
    make_handover,
    make_indicator,
    make_kind,
    make_measurement,
    make_membership,
    make_milestone,
    make_note,
    make_notice,
    make_official,
    make_organisation,
    make_outcome,
    make_position,
    make_programme,
    make_region,
    make_saved_view,
    make_sector,
    make_series,
    make_signing,
    make_source,
    make_statement,
    make_superuser,
    make_topic,
    make_trait,
    make_user,
    make_venue,
    make_visit,
    make_watch,
    upload,
)
from tests.sent import come_in, sent_by
from visits.models import AgendaItem, Visit, VisitAttachment

pytestmark = pytest.mark.django_db

OURS = ["accounts", "agreements", "dashboards", "followups", "notices", "regions", "sides", "visits"]
READ_ONLY = [
    BulkDeed,
    Reminder,
    Notice,
    Delivery,
    Heartbeat,
    Outage,
    Watch,
    Feed,
    AskedFile,
    Invitation,
    Correction,
    Confirmation,
    Handover,
]  # the machinery writes them
KEPT_WHOLE = [*READ_ONLY, CalendarDay]  # none is added by hand


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def boss(client):
    user = make_superuser(language="en")
    come_in(client, user)
    return user


def own_models():
    return [m for m in apps.get_models() if m._meta.app_label in OURS and not hasattr(m, "pgh_tracked_model")]


def page(model, name="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def make_rich_visit(n=1):
    """A visit with one of everything."""
    visit = make_visit(make_region(f"Kota Tuan Rumah {n}"), make_region(f"Kabupaten Tamu {n}"), kinds=[make_kind()])
    delegation = make_delegation(
        visit, organisation=make_organisation(f"Bappeda {n}", region=make_region()), side="HOST"
    )
    make_delegate(delegation, official=make_official(f"Pejabat {n}"))
    make_topic(visit, make_sector())
    make_agenda_item(visit, venue=make_venue(f"Ruang {n}"))
    make_statement(visit)
    make_outcome(visit, responsible=make_organisation(f"Dinas {n}", region=make_region()), sector=make_sector())
    make_citation(visit, source=make_source(visit))
    make_note(visit, text=f"Catatan {n}", by=make_user())
    make_attachment(visit, content=files.pdf(str(n)), by=make_user())
    return visit


def make_rich_agreement(n=1):
    """An agreement with one of everything, and the process of a category with a step that asks for a paper."""
    process = Process.objects.create(category="KSDD_S", edition=n, name_id=f"Proses {n}")
    actor = StepActor.objects.create(code=f"A{n}", name_id=f"Pelaku {n}")
    process.steps.create(
        position=1, code="a", name_id="A", phase="SIGNING", actor=actor, with_actor=actor, signs=True
    ).papers.create(kind="TOR")
    batam, malang = make_region(f"Kota Pihak {n}"), make_region(f"Kabupaten Pihak {n}")
    earlier = make_agreement(batam, malang, title=f"Lama {n}")
    make_signing(earlier)
    agreement = make_agreement(batam, malang, title=f"Baru {n}", parent=earlier, predecessor=earlier, nature="RENEWAL")
    first, second = agreement.parties.all()
    first.unit = make_organisation(f"Dinas Pangan {n}", region=batam)
    first.save()
    first.signatories.create(official=make_official(f"Penandatangan {n}"))
    make_signing(agreement, party=first, place=batam, ceremony=make_visit(batam, malang))
    agreement.scope.create(text="Cabai", direction="ONE_WAY", giver=first, receiver=second, sector=make_sector())
    agreement.sector_links.create(sector=make_sector())
    agreement.visit_links.create(visit=make_visit(batam, malang))
    agreement.citations.create(fact="2025", source=agreement.sources.create(outlet="batampos"))
    agreement.notes.create(region=batam, text=f"Catatan {n}", by=make_user())
    paper = make_agreement_paper(agreement, content=files.pdf(f"a{n}"), by=make_user())
    programme = make_programme(agreement, sector=make_sector())
    programme.unit_links.create(organisation=first.unit)
    measured = make_measurement(make_indicator(programme), attachment=paper, region=batam)
    agreement.evaluations.create(evaluated_on=measured.measured_on, programme=programme, region=batam, by=make_user())
    DraftTemplate.objects.create(region=batam, kind="KB", file="x.docx", by=make_user())
    batam.borders.create(neighbour=malang)
    return agreement


def make_rich_milestone(n=1):
    """A milestone with one of everything, and what was promised of it."""
    agreement = make_agreement(make_region(f"Kota Tugas {n}"), make_region(f"Kabupaten Tugas {n}"), title=f"Tugas {n}")
    duty = make_duty(make_agreement(make_region(f"Kota Wajib {n}"), title=f"Wajib {n}"))
    boss = make_user(make_region(f"Kota Petugas {n}"))
    milestone = make_milestone(
        f"Kirim draf {n}", make_organisation(f"Dinas Tugas {n}", region=agreement.owner), agreement=agreement,
        visit=make_visit(agreement.owner, make_region()), programme=make_programme(agreement), created_by=boss,
    )  # fmt: skip
    make_assignee(milestone, boss, given_by=boss)
    entry = milestone.log.create(deed="COMMENTED", text="Sudah dikirim", by=boss, region=agreement.owner)
    milestone.snoozes.create(user=boss, until=dt.date(2027, 1, 4))
    milestone.notes.create(region=agreement.owner, text=f"Catatan {n}", by=boss)
    paper = MilestoneAttachment(milestone=milestone, owner=agreement.owner, uploaded_by=boss)
    keep(paper, look_into(upload(content=files.pdf(f"m{n}"))))
    rule = ReminderRule.objects.create(code=f"aturan-{n}", name_id=f"Aturan {n}", days=[0], region=agreement.owner)
    RuleOverride.objects.create(rule=rule, agreement=agreement, days=[-7])
    BulkDeed.objects.create(deed="COMPLETED", by=boss)
    Reminder.objects.create(
        milestone=milestone, recipient=boss, rule=rule, entry=entry, due_on=duty.first_on, told_on=duty.first_on,
        topic="TASKS", notice=make_notice(boss),
    )  # fmt: skip
    return milestone


def make_rich_letter(n=1):
    """A letter that was tried, what its recipient wants, and what the machinery says."""
    user, day = make_user(make_region(f"Kota Surat {n}")), dt.date(2026, 1, n)
    delivery = make_delivery(make_notice(user))
    delivery.tries.create(number=1, started_at=delivery.next_try_at, result="DEFERRED")
    Preference.objects.create(user=user)
    OptOut.objects.create(user=user, topic="TASKS", channel="EMAIL")
    make_gateway("https://wa.test/", make_region(f"Kota Gerbang {n}"))
    CalendarDay.objects.create(day=day, send_on=day)
    Heartbeat.objects.create(name=f"part {n}", at=delivery.next_try_at)
    Outage.objects.create(route=f"GATEWAY/{n}", began_at=delivery.next_try_at, until=delivery.next_try_at)


def fill(n):
    """A row of every model that has a list of its own, with as many keys set as it has."""
    make_rich_agreement(n)
    make_rich_milestone(n)
    make_rich_letter(n)
    visit = make_rich_visit(n)
    make_correction(visit)
    make_confirmation(visit.delegations.filter(region__isnull=False).first())
    make_handover(visit)
    visit.series = make_series(f"Program {n}", owner=make_region(f"Kota Program {n}"))
    visit.save()
    make_membership(region=make_region(f"Kota Anggota {n}"))
    make_membership(unit=make_organisation(f"Unit {n}", region=make_region()), role="UNIT_USER")
    make_position(make_official(f"Bupati {n}"), make_organisation(f"Pemkab {n}", region=make_region()))
    make_figure(make_region(f"Kota Angka {n}"))
    make_trait(make_region(f"Kota Unggul {n}"), sector=make_sector(f"s{n}", f"Sektor {n}"))
    reader = make_user(make_region(f"Kota Pembaca {n}"))
    view = make_saved_view(reader, name=f"Tampilan {n}", region=reader.home_region, default=True)
    make_watch(reader, view)
    Feed.objects.create(user=reader, view=view)
    make_asked_file(reader)
    Invitation.objects.create(
        email=f"diundang{n}@batam.example", region=reader.home_region, invited_by=reader, expires_at=timezone.now()
    )
    child = make_region(f"Kota Anak {n}", parent=make_region(f"Provinsi {n}"))
    make_venue(f"Balai {n}", region=child, parent=make_venue(f"Gedung {n}"))
    make_organisation(f"Bidang {n}", region=child, parent=make_organisation(f"Induk {n}", region=child))


def listed():
    return [m for m in own_models() if m in admin.site._registry]


def test_every_model_of_ours_has_a_list_or_is_edited_with_its_record():
    inlined = {inline.model for each in admin.site._registry.values() for inline in each.inlines}

    assert [m.__name__ for m in own_models() if m not in admin.site._registry and m not in inlined] == []


def test_every_list_costs_the_same_for_one_and_three_rows(client, boss):
    fill(1)
    client.get("/admin/")  # the first page of a session costs more
    counts = {}
    for n in (2, 3, None):
        for model in listed():
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(page(model))
            assert answer.status_code == 200, model
            counts.setdefault(model.__name__, []).append(len(queries))
        if n:
            fill(n)

    assert {name: found for name, found in counts.items() if found[0] != found[-1]} == {}


def test_every_list_searches_and_every_form_opens(client, boss):
    fill(1)
    for model in listed():
        assert client.get(page(model), {"q": "kota x"}).status_code == 200, model
        assert client.get(page(model, "add")).status_code == (403 if model in KEPT_WHOLE else 200), model
        row = model._default_manager.order_by("pk").last()
        assert client.get(page(model, "change", row.pk)).status_code == 200, model
        assert client.get(page(model, "history", row.pk)).status_code == 200, model
        assert client.get(page(model, "delete", row.pk)).status_code == (403 if model in KEPT_WHOLE else 200), model


def test_every_filter_filters(client, boss):
    fill(1)
    for model in listed():
        changelist = client.get(page(model)).context["cl"]
        for spec in changelist.filter_specs:
            _all, first, *_more = [choice["query_string"] for choice in spec.choices(changelist)]
            answer = client.get(page(model) + first)
            assert answer.status_code == 200, (model, first)
            assert answer.context["cl"].get_filters_params(), (model, first)


def test_keys_to_records_are_looked_up_never_chosen_from_a_list():
    from django.contrib.admin.widgets import AutocompleteMixin
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = make_superuser()
    for each in admin.site._registry.values():
        if each.model not in own_models():
            continue
        fields = {**each.get_form(request)().fields}
        for inline in each.get_inline_instances(request):
            fields |= inline.get_formset(request).form().fields
        for name, field in fields.items():
            related = getattr(getattr(field, "queryset", None), "model", None)
            if related in (Agreement, Region, Organisation, Official, User, Visit):
                widget = getattr(field.widget, "widget", field.widget)
                assert isinstance(widget, AutocompleteMixin), (each, name)


def test_twins_are_told_apart_while_typing(client, boss):
    make_region("Kabupaten Malang", code="35.07", parent=make_region("Jawa Timur", code="35"))
    make_region("Kota Malang", code="35.73", parent=make_region("Jawa Timur", code="35"))

    asked = {"app_label": "visits", "model_name": "visit", "field_name": "host_region", "term": "malang"}
    answer = client.get(reverse("admin:autocomplete"), asked)

    client.cookies["django_language"] = "en"
    answer = client.get(reverse("admin:autocomplete"), asked)
    assert [r["text"] for r in answer.json()["results"]] == [
        "Kabupaten Malang — Regency, 35.07, Jawa Timur",
        "Kota Malang — City, 35.73, Jawa Timur",
    ]


def test_people_of_one_name_are_told_apart_while_typing(client, boss):
    for email in ("sari@batam.example", "sari@malang.example"):
        make_user(make_region(), email=email, name="Sari Dewi")

    asked = {"app_label": "accounts", "model_name": "membership", "field_name": "user", "term": "sari"}
    answer = client.get(reverse("admin:autocomplete"), asked)

    assert {r["text"] for r in answer.json()["results"]} == {
        "Sari Dewi — sari@batam.example",
        "Sari Dewi — sari@malang.example",
    }


# Who comes in


def test_administrators_come_in_and_nobody_else(client):
    answers = {}
    for name, user in {
        "officer": make_user(make_region()),
        "manager": make_user(make_region(), "MANAGER"),
        "staff by hand": make_user(is_staff=True),
        "region administrator": make_user(make_region(), "ADMIN"),
        "superuser": make_superuser(),
    }.items():
        client.force_login(user)
        answers[name] = (client.get("/admin/").status_code, client.get(page(Visit)).status_code)
    client.logout()

    assert client.get(page(Visit)).status_code == 302
    assert answers == {
        "officer": (302, 302), "manager": (302, 302), "staff by hand": (302, 302),
        "region administrator": (200, 200), "superuser": (200, 200),
    }  # fmt: skip
    client.force_login(make_user(is_staff=True))
    assert client.get(page(Visit), follow=True).status_code == 404


def test_an_unknown_row_is_not_there(client, boss):
    assert client.get(page(Visit, "change", 987_654)).status_code == 404
    assert client.get(page(Visit, "history", 987_654)).status_code == 404
    assert client.get(page(Visit, "delete", 987_654)).status_code == 404


# Saving


def form_data(response):
    sent = sent_by(response, f"{response.context['opts'].model_name}_form")
    return {name: values for name, values in sent.items() if "__prefix__" not in name}


def test_a_visit_is_changed_with_its_rows_and_leaves_a_history(client, boss):
    visit = make_rich_visit()
    data = form_data(client.get(page(Visit, "change", visit.pk)))

    answer = client.post(
        page(Visit, "change", visit.pk), data | {"purpose": "Penjajakan", "agenda-0-title": "Paparan baru"}
    )

    assert answer.status_code == 302, answer.context["errors"]
    visit.refresh_from_db()
    assert (visit.purpose, visit.agenda.get().title) == ("Penjajakan", "Paparan baru")
    changes = history_of(visit, event_model(AgendaItem).objects.filter(visit_id=visit.pk), reader=EVERYBODY)
    updates = {(c.what, c.by, c.page) for c in changes if c.deed == "update"}
    assert updates == {(what, str(boss), page(Visit, "change", visit.pk)) for what in ("visit", "agenda item")}
    shown = client.get(page(Visit, "history", visit.pk)).content.decode()
    assert "Penjajakan" in shown
    assert "Paparan baru" in shown


def test_a_new_visit_names_who_made_it(client, boss):
    host = make_region()
    data = form_data(client.get(page(Visit, "add")))

    answer = client.post(
        page(Visit, "add"),
        data | {"owner": host.pk, "host_region": host.pk, "starts_on": "2025-06-16", "ends_on": "2025-06-16"},
    )

    assert answer.status_code == 302, answer.context["errors"]
    assert Visit.objects.get().created_by == boss


def test_a_stale_save_shows_what_stands_and_loses_nothing(client, boss):
    visit = make_rich_visit()
    data = form_data(client.get(page(Visit, "change", visit.pk)))
    Visit.objects.filter(pk=visit.pk).update(purpose="kata orang lain")

    stale = client.post(page(Visit, "change", visit.pk), data | {"purpose": "kata saya", "remarks": "ketikan saya"})

    said = stale.content.decode()
    assert stale.status_code == 409
    assert "Somebody else has saved this record" in said
    assert "“kata orang lain” stands in the register, you have “kata saya”." in said
    assert "ketikan saya" in said
    again = client.post(page(Visit, "change", visit.pk), form_data(stale) | {"purpose": "kata saya"})
    assert again.status_code == 302
    visit.refresh_from_db()
    assert visit.purpose == "kata saya"


def test_a_change_of_a_row_below_makes_the_form_stale_too(client, boss):
    visit = make_rich_visit()
    data = form_data(client.get(page(Visit, "change", visit.pk)))
    visit.agenda.update(title="diubah orang lain")

    assert client.post(page(Visit, "change", visit.pk), data).status_code == 409

    delegation = visit.delegations.first()
    opened = form_data(client.get(page(type(delegation), "change", delegation.pk)))
    Visit.objects.filter(pk=visit.pk).update(remarks="x")
    assert client.post(page(type(delegation), "change", delegation.pk), opened).status_code == 409


def test_a_row_that_was_changed_in_between_is_not_overwritten(client, boss):
    membership = make_membership()
    data = form_data(client.get(page(User, "change", membership.user_id)))
    Membership.objects.update(role="MANAGER")

    stale = client.post(page(User, "change", membership.user_id), data)

    assert stale.status_code == 409
    assert "Somebody else has saved this record" in stale.content.decode()
    membership.refresh_from_db()
    assert membership.role == "MANAGER"


def test_every_form_of_a_record_refuses_a_stale_save(client, boss):
    fill(1)
    for model in listed():
        if not issubclass(model, Record) or model in READ_ONLY:
            continue
        row = model._default_manager.order_by("pk").last()
        data = form_data(client.get(page(model, "change", row.pk)))
        model._default_manager.filter(pk=row.pk).update(version=row.version + 5)

        answer = client.post(page(model, "change", row.pk), data)

        assert answer.status_code == 409, model
        assert "Somebody else has saved this record" in answer.content.decode(), model
        assert client.post(page(model, "change", row.pk), form_data(answer)).status_code == 302, model


def test_wrong_values_are_explained(client, boss):
    visit = make_visit()
    data = form_data(client.get(page(Visit, "change", visit.pk)))

    answer = client.post(page(Visit, "change", visit.pk), data | {"starts_on": "2025-06-20", "ends_on": "2025-06-16"})

    assert answer.status_code == 200
    assert "The end lies before the start." in answer.content.decode()


# Papers


def test_papers_go_through_the_same_checks(client, boss):
    visit = make_visit()
    data = form_data(client.get(page(Visit, "change", visit.pk)))
    row = {"attachments-TOTAL_FORMS": 1, "attachments-0-kind": "MINUTES", "attachments-0-access": "INTERNAL"}

    bad = client.post(page(Visit, "change", visit.pk), data | row | {"attachments-0-upload": upload("a.pdf", b"MZ")})
    assert "is a Windows program with a name that ends in .pdf" in bad.content.decode()
    assert not visit.attachments.exists()

    good = client.post(page(Visit, "change", visit.pk), data | row | {"attachments-0-upload": upload("a.pdf")})

    assert good.status_code == 302, good.context["errors"]
    paper = visit.attachments.get()
    assert (paper.uploaded_by, paper.owner, paper.filename, paper.size) == (
        boss,
        visit.owner,
        "a.pdf",
        len(files.pdf()),
    )
    assert paper.file.storage.exists(paper.file.name)


def test_a_paper_needs_a_file(client, boss):
    visit = make_visit()

    answer = client.post(
        page(VisitAttachment, "add"), {"visit": visit.pk, "kind": "MINUTES", "access": "INTERNAL", "title": "x"}
    )

    assert answer.status_code == 200
    assert "Choose a file." in answer.content.decode()


def test_a_paper_of_its_own_is_added_and_deleted(client, boss, django_capture_on_commit_callbacks):
    visit = make_visit()
    no_text = {"reading-TOTAL_FORMS": 0, "reading-INITIAL_FORMS": 0}
    data = {"visit": visit.pk, "kind": "MINUTES", "access": "INTERNAL", **no_text}
    added = client.post(page(VisitAttachment, "add"), data | {"upload": upload("a.pdf", files.pdf("1"))})
    assert added.status_code == 302, added.context["errors"]
    paper = visit.attachments.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(VisitAttachment, "delete", paper.pk), {"post": "yes"})
    assert not VisitAttachment.objects.exists()
    assert Trashed.objects.get().files == [paper.file.name]  # it waits in the trash with its row


# Bulk


def test_bulk_actions_leave_a_history(client, boss):
    users = [make_user(), make_user()]

    client.post(page(User), {"action": "deactivate", "_selected_action": [u.pk for u in [*users, boss]]})

    assert set(User.objects.filter(is_active=False)) == set(users)
    for user in users:
        (newest, *_) = history_of(user, reader=EVERYBODY)
        assert (newest.deed, newest.by, newest.fields[0].after) == ("update", str(boss), "no")
    client.post(
        page(Membership), {"action": "delete_selected", "_selected_action": [make_membership().pk], "post": "yes"}
    )
    assert event_model(Membership).objects.filter(pgh_label="delete").count() == 1


def test_second_factors_of_a_lost_phone_are_removed(client, boss):
    from allauth.mfa.models import Authenticator

    user = make_user()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})

    client.post(page(User), {"action": "remove_second_factors", "_selected_action": [user.pk]})

    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_selected_rows_are_exported_and_no_formula_runs(client, boss, kind):
    evil = make_region("=cmd|' /C calc'!A0")
    good = make_region("Kota Batam", code="21.71")
    make_region("Kota Lain")

    answer = client.post(page(Region), {"action": f"export_{kind}", "_selected_action": [evil.pk, good.pk]})

    content = b"".join(answer.streaming_content)
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert any("\"'=cmd|' /C calc'!A0\"" in line for line in lines)
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert sheet.max_row == 3
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_every_model_exports(client, boss):
    fill(1)
    for model in listed():
        rows = list(model._default_manager.values_list("pk", flat=True)[:2])
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(page(model), {"action": "export_csv", "_selected_action": rows})
            content = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert len(content.splitlines()) >= len(rows) + 1, model
        assert "argon2" not in content
        assert "md5$" not in content
        assert len(queries) < 20


# Words

# Words that are the same in both languages.
ALIKE = {"ID", "Message-ID", "Status", "status", "target", "Target", "editor", "Editor", "checksum"}


def heads(page, request):
    """What stands above the columns of its list and of its export, and beside its fields and those of its rows."""
    yield from (label_for_field(name, page.model, page) for name in page.get_list_display(request))
    yield from (column.label for column in page.export_columns())
    for part in (page, *page.get_inline_instances(request)):
        rows = None if part is page else part.get_formset(request)
        fields = (rows.form if rows else part.get_form(request)).base_fields
        unseen = {"version_read", rows and rows.fk.name}
        for name in flatten_fieldsets(part.get_fieldsets(request)):
            if name not in unseen:
                yield fields[name].label if name in fields else label_for_field(name, part.model, part)


def gone_with_a_user():
    """What is named before a user is deleted."""
    return [one.related_model._meta.verbose_name for one in User._meta.related_objects if one.on_delete is CASCADE]


def test_nothing_is_headed_in_english(rf, boss):
    request = rf.get("/admin/")
    request.user = boss
    told = {}
    for language in ("en", "id"):
        with override(language):
            named = {
                page: [str(head) for head in heads(page, request)] for page in map(admin.site._registry.get, listed())
            }
            told[language] = named | {"user": [str(name) for name in gone_with_a_user()]}

    same = {
        (str(page), head) for page in told["id"] for head, english in zip(told["id"][page], told["en"][page], strict=True)
        if head == english and head not in ALIKE
    }  # fmt: skip
    assert not same, "\n".join(f"{page}: {head}" for page, head in sorted(same))


# Users


def test_a_user_is_added_by_e_mail_and_no_password_is_shown(client, boss):
    added = client.post(
        page(User, "add"),
        {
            "email": "Siti.Rahma@Batam.go.id",
            "name": "Siti Rahma",
            "language": "id",
            "usable_password": "true",
            "password1": "kata sandi panjang 9",
            "password2": "kata sandi panjang 9",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )
    assert added.status_code == 302, added.context["errors"]
    user = User.objects.get(email="siti.rahma@batam.go.id")
    assert user.check_password("kata sandi panjang 9")

    shown = client.get(page(User, "change", user.pk)).content.decode()
    assert not re.search(r'<input[^>]+name="password"', shown)
    assert user.password not in shown
    assert 'href="../password/"' in shown or "password/" in shown


def test_an_e_mail_address_is_used_once(client, boss):
    make_user(email="siti@batam.go.id")

    answer = client.post(
        page(User, "add"),
        {
            "email": "SITI@batam.go.id",
            "name": "Siti",
            "language": "id",
            "usable_password": "false",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )

    assert answer.status_code == 200
    assert "There is a user with this e-mail address already." in answer.content.decode()


def test_a_password_is_changed_and_the_history_tells_only_that(client, boss):
    user = make_user()

    client.post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": "kata sandi panjang 9", "password2": "kata sandi panjang 9"},
    )

    (newest, *_) = history_of(user, reader=EVERYBODY)
    assert (newest.deed, newest.by, newest.fields) == ("password", str(boss), [])
    assert "Password changed" in client.get(page(User, "history", user.pk)).content.decode()
    user.refresh_from_db()
    assert user.check_password("kata sandi panjang 9")


def test_django_s_groups_and_the_secrets_of_second_factors_have_no_page(client, boss):
    assert client.get("/admin/auth/group/").status_code == 404
    assert client.get("/admin/mfa/authenticator/").status_code == 404
