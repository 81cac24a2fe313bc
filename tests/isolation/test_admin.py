"""Django admin as the administrator of one region: every page of every model, with words of others planted around.

What is of no concern to the region is answered like what does not exist; no word of it comes back; no key of a form
can be made to name it; nothing of it changes. Reference data (regions, organisations, officials, venues) is read by
everybody in the product, so a key may name it; it is listed and changed only as far as it is of the own region.
"""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.giving import tracing_rights
from accounts.models import Invitation, Membership
from agreements.models import Agreement, DraftTemplate
from followups.models import BulkDeed, Milestone, ReminderRule, RuleOverride
from records.models import Trashed
from regions.models import Official, Organisation, Region, RegionFigure, Venue
from tests import factories as make
from tests.at_once import both, waits
from tests.isolation.world import ASK, BATAM, FOREIGN, NO_KEY, SHARED, everything, leaks, make_world, plain
from tests.sent import come_in, sent_by
from visits.models import Delegation, Visit, VisitNote

WHO = "administrator"
FEW = 2  # rows of each model
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world():
    planted = make_world()
    plant(planted)
    return planted


@pytest.fixture
def browser(world):
    browser = world.browser(WHO)
    come_in(browser, world.people[WHO])
    return browser


def plant(world):
    """People, letters and reference data of the others."""
    words = f"{ASK} {FOREIGN}"
    jambi = Region.objects.get(pk=world.foreign["regions"]["pk"])
    agreement = Agreement.objects.get(pk=world.foreign["agreement"]["pk"])
    stranger = make.make_officer(jambi, name=words, email="zqforeign@jambi.example")
    unit = make.make_organisation(f"{words} unit", jambi)
    make.make_unit_user(unit, name=f"{words} of the unit")
    make.make_position(make.make_official(f"{words} official"), unit, title=words)
    make.make_venue(f"{words} venue", jambi)
    make.make_figure(jambi, source=words)
    make.make_trait(jambi, text=words)
    Invitation.objects.create(email="zqforeign2@jambi.example", region=jambi, expires_at=timezone.now())
    rule = ReminderRule.objects.create(code="zq", name_id=words, days=[0], region=jambi)
    rule.people.add(stranger)
    RuleOverride.objects.create(rule=rule, agreement=agreement, days=[-7])
    BulkDeed.objects.create(deed="COMPLETED", by=stranger)
    DraftTemplate.objects.create(region=jambi, kind="KB", file="x.docx", filename=f"{words}.docx", by=stranger)
    mine = world.people["officer"]
    make.make_assignee(Milestone.objects.get(pk=world.ids["followups"]["pk"]), mine)
    shared = world.people["other side"]  # acts for Malang, and reads in Batam
    make.make_membership(shared, Region.objects.get(pk=world.ids["regions"]["pk"]), role="VIEWER")


def page(model, name="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def registered():
    return list(admin.site._registry.items())


def scoped():
    return [(model, one) for model, one in registered() if hasattr(one, "seen_by")]


def rows_of(model, one, request):
    """Keys of rows that are seen, and of those that are not."""
    seen = list(one.seen(request).order_by("pk").values_list("pk", flat=True))
    others = model._default_manager.exclude(pk__in=seen).order_by("pk").values_list("pk", flat=True)
    return seen[:FEW], list(others)[-FEW:]


@pytest.fixture
def request_of(world, rf):
    request = rf.get("/admin/")
    request.user = world.people[WHO]
    return request


def test_every_model_has_an_admin_that_asks_whose_a_row_is():
    assert [model.__name__ for model, one in registered() if not hasattr(one, "seen_by")] == []


def test_lists_filters_and_searches_tell_of_nobody_else(browser, world):
    wrong = []
    for model, _one in registered():
        first = browser.get(page(model))
        asked = [{}]
        if first.status_code == 200:
            changelist = first.context["cl"]
            asked += [{"q": ASK}, {"q": "zqforeign", "o": "-1"}]
            asked += [
                dict(pair.split("=", 1) for pair in choice["query_string"].lstrip("?").split("&") if "=" in pair)
                for spec in changelist.filter_specs
                for choice in list(spec.choices(changelist))[1:3]
            ]
        for question in asked:
            response = browser.get(page(model), question)
            if response.status_code not in (200, 403, 302) or leaks(WHO, everything(response)):
                wrong.append((model.__name__, question, response.status_code, leaks(WHO, everything(response))))

    assert wrong == []


def test_something_is_listed_at_all(browser, world):
    assert SHARED in everything(browser.get(page(Visit)))
    assert BATAM in everything(browser.get(page(VisitNote)))
    assert world.people["officer"].email in everything(browser.get(page(get_user_model())))


def test_a_filter_by_way_of_a_key_is_no_oracle(browser, world):
    """Whether a question is allowed must not depend on what others have written."""
    for model, question in (
        (Visit, "owner__name_id__startswith"),
        (Membership, "user__memberships__role"),
        (get_user_model(), "memberships__role__exact"),
        (get_user_model(), "memberships__region__id__exact"),
        (Milestone, "agreement__title__startswith"),
        (Agreement, "notes__text__contains"),
    ):
        answers = {browser.get(page(model), {question: text}, follow=False).status_code for text in ("Z", "1", FOREIGN)}
        assert len(answers) == 1, (model, question)
        assert answers != {200}, (model, question)


def test_rows_of_others_are_as_rows_that_do_not_exist(browser, request_of):
    wrong = []
    for model, one in scoped():
        _seen, others = rows_of(model, one, request_of)
        for name in ("change", "history", "delete"):
            nowhere = browser.get(page(model, name, NO_KEY))
            for pk in others:
                response = browser.get(page(model, name, pk))
                same = response.status_code == nowhere.status_code and plain(everything(response)) == plain(
                    everything(nowhere)
                )
                if not same or response.status_code not in (403, 404) or leaks(WHO, everything(response)):
                    wrong.append((model.__name__, name, pk, response.status_code, nowhere.status_code))

    assert wrong == []


def test_what_is_seen_is_shown_without_the_words_of_others(browser, request_of):
    wrong, opened = [], set()
    for model, one in scoped():
        seen, _others = rows_of(model, one, request_of)
        addresses = [page(model, "add")]
        addresses += [page(model, name, pk) for pk in seen for name in ("change", "history", "delete")]
        for url in addresses:
            response = browser.get(url)
            if response.status_code not in (200, 403) or leaks(WHO, everything(response)):
                wrong.append((url, response.status_code, leaks(WHO, everything(response))))
            elif response.status_code == 200:
                opened.add(model)

    assert wrong == []
    assert {Visit, Agreement, Milestone, Membership, get_user_model(), Organisation, Delegation} <= opened


def test_no_key_is_completed_with_what_is_not_to_be_seen(browser, world):
    """Autocomplete of every key there is, also of those that no form has."""
    wrong = []
    reference = (Region, Organisation, Official, Venue)
    for model, _one in registered():
        for field in model._meta.get_fields():
            if not (field.many_to_one or field.many_to_many) or field.auto_created or field.related_model is None:
                continue
            for term in (ASK, ""):
                asked = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": term,
                }
                response = browser.get(reverse("admin:autocomplete"), asked)
                found = leaks(WHO, everything(response))
                if response.status_code >= 500 or (found and not issubclass(field.related_model, reference)):
                    wrong.append((model.__name__, field.name, term, response.status_code, found))

    assert wrong == []


def test_files_and_deeds_in_bulk_reach_only_what_is_seen(browser, request_of, world):
    before, wrong = fingerprint(request_of), []
    for model, one in scoped():
        keys = list(model._default_manager.values_list("pk", flat=True))
        answer = browser.get(page(model))
        if answer.status_code != 200 or not keys:
            continue
        for name in one.get_actions(request_of):
            response = browser.post(page(model), {"action": name, "_selected_action": keys})
            if response.status_code >= 500 or leaks(WHO, everything(response)):
                wrong.append((model.__name__, name, response.status_code, leaks(WHO, everything(response))))
        theirs = list(before[model])[-1:]  # of one's own record the other side's part goes along, into the trash
        browser.post(page(model), {"action": "delete_selected", "_selected_action": theirs, "post": "yes"})

    assert wrong == []
    assert changed_of_others(before, request_of) == []


def fingerprint(request):
    """Of every model, the rows that the administrator does not keep, as they stand."""
    found = {}
    for model, one in scoped():
        kept = set(one.kept(request).values_list("pk", flat=True))
        rows = model._default_manager.order_by("pk").values()
        found[model] = {row["id"]: row for row in rows if "id" in row and row["id"] not in kept}
    return found


def changed_of_others(before, request):
    changed = []
    for model, rows in before.items():
        now = {row["id"]: row for row in model._default_manager.filter(pk__in=rows).values()}
        changed += [(model.__name__, pk) for pk, row in rows.items() if now.get(pk) != row]
    return changed


def test_rows_of_others_are_changed_by_nothing_that_is_sent(browser, request_of):
    before, wrong = fingerprint(request_of), []
    for model, one in scoped():
        _seen, others = rows_of(model, one, request_of)
        for pk in others:
            for url, data in (
                (page(model, "change", pk), {"title": "taken", "name": "taken", "text": "taken"}),
                (page(model, "delete", pk), {"post": "yes"}),
            ):
                response = browser.post(url, data)
                if response.status_code not in (403, 404) or leaks(WHO, everything(response)):
                    wrong.append((url, response.status_code))

    assert wrong == []
    assert changed_of_others(before, request_of) == []


def form_of(browser, url):
    response = browser.get(url)
    if response.status_code != 200 or "adminform" not in response.context:
        return None
    name = f"{response.context['opts'].model_name}_form"
    return {k: v for k, v in sent_by(response, name).items() if "__prefix__" not in k}


def test_no_key_of_a_form_can_be_made_to_name_what_is_not_theirs(browser, request_of):
    """By hand, with the keys that a look-up would not have offered."""
    before, tried, wrong = fingerprint(request_of), set(), []
    for model, one in scoped():
        kept = list(one.kept(request_of).order_by("pk").values_list("pk", flat=True))[:1]
        for pk in kept:
            sent = form_of(browser, page(model, "change", pk))
            if sent is None:
                continue
            for field in model._meta.fields:
                if not isinstance(field, models.ForeignKey) or field.name not in sent:
                    continue
                allowed = one.choices_of(field, request_of).order_by().values("pk")
                barred = field.related_model._default_manager.exclude(pk__in=allowed)
                barred = barred.exclude(pk=getattr(model._default_manager.get(pk=pk), field.attname)).last()
                if barred is None:
                    continue
                tried.add((model.__name__, field.name))
                response = browser.post(page(model, "change", pk), sent | {field.name: str(barred.pk)})
                now = getattr(model._default_manager.get(pk=pk), field.attname)
                if now == barred.pk or response.status_code not in (200, 403):
                    wrong.append((model.__name__, field.name, response.status_code))

    assert wrong == []
    assert {("Visit", "owner"), ("Agreement", "owner"), ("Organisation", "region")} <= tried
    assert changed_of_others(before, request_of) == []


# Users


def test_nobody_is_raised_to_system_administrator(browser, world):
    officer = world.people["officer"]
    sent = form_of(browser, page(type(officer), "change", officer.pk))

    assert not {"is_superuser", "is_staff", "email", "password"} & set(sent)
    browser.post(
        page(type(officer), "change", officer.pk),
        sent | {"name": "Baru", "is_superuser": "on", "is_staff": "on", "email": "lain@example.org"},
    )

    after = type(officer).objects.get(pk=officer.pk)
    assert (after.name, after.is_superuser, after.is_staff, after.email) == ("Baru", False, False, officer.email)


def test_a_member_of_two_regions_is_read_without_the_other_and_not_changed(browser, world):
    shared = world.people["other side"]
    url = page(type(shared), "change", shared.pk)

    shown = everything(browser.get(url))
    refused = browser.post(url, {"name": "taken", "is_active": ""})

    assert shared.email in shown
    assert "Kabupaten Malang" not in shown
    assert refused.status_code == 403
    shared.refresh_from_db()
    assert (shared.name != "taken", shared.is_active) == (True, True)


def test_of_a_member_of_two_regions_the_own_membership_is_changed(browser, world):
    own = Membership.objects.get(user=world.people["other side"], region=world.ids["regions"]["pk"])
    other = Membership.objects.get(user=world.people["other side"], region__name_id="Kabupaten Malang")
    sent = form_of(browser, page(Membership, "change", own.pk))

    answer = browser.post(page(Membership, "change", own.pk), sent | {"role": "LEGAL"})

    assert answer.status_code == 302
    own.refresh_from_db()
    assert own.role == "LEGAL"
    assert browser.get(page(Membership, "change", other.pk)).status_code == 404


def test_no_membership_is_made_for_a_stranger_or_in_a_foreign_region(browser, world):
    strangers, count = world.people["stranger"], Membership.objects.count()
    batam, jambi = world.ids["regions"]["pk"], world.foreign["regions"]["pk"]

    for user, region in ((strangers.pk, batam), (world.people["officer"].pk, jambi)):
        answer = browser.post(page(Membership, "add"), {"user": user, "region": region, "role": "ADMIN"})
        assert answer.status_code == 200
    supervising = browser.post(
        page(Membership, "add"),
        {
            "user": world.people["officer"].pk,
            "unit": world.ids["organisation"]["pk"],
            "role": "VIEWER",
            "supervises": "on",
        },
    )

    assert supervising.status_code == 302
    assert Membership.objects.count() == count + 1
    assert not Membership.objects.filter(supervises=True, user=world.people["officer"]).exists()


def test_passwords_are_set_by_their_owners(browser, world):
    officer = world.people["officer"]
    url = reverse("admin:auth_user_password_change", args=[officer.pk])

    answer = browser.post(
        url, {"usable_password": "true", "password1": "lain lain 12345", "password2": "lain lain 12345"}
    )

    assert answer.status_code == 404
    assert type(officer).objects.get(pk=officer.pk).password == officer.password


def test_the_system_administrator_and_members_of_other_regions_are_not_deactivated(browser, world):
    boss = make.make_superuser()
    make.make_membership(boss, Region.objects.get(pk=world.ids["regions"]["pk"]), role="OFFICER")
    everybody = [user.pk for user in world.people.values() if user] + [boss.pk]

    browser.post(page(type(boss)), {"action": "deactivate", "_selected_action": everybody})

    active = set(type(boss).objects.filter(is_active=True).values_list("pk", flat=True))
    assert {world.people[who].pk for who in ("stranger", "other side", "supervisor", WHO)} | {boss.pk} <= active
    assert world.people["officer"].pk not in active


def test_nobody_gives_a_role_back_out_of_the_trash(browser, world):
    """What an administrator took from somebody is gone: officers restore records, not power."""
    manager = world.people["manager"]
    own = manager.memberships.get()

    assert browser.post(page(Membership, "delete", own.pk), {"post": "yes"}).status_code == 302

    assert not Membership.objects.filter(pk=own.pk).exists()
    assert not Trashed.objects.filter(model="accounts.membership").exists()


def test_who_administers_does_not_shut_themselves_out(browser, world):
    me = world.people[WHO]
    own = me.memberships.get()
    browser.post(page(Membership, "change", own.pk), {"user": me.pk, "region": own.region_id, "role": "VIEWER"})
    browser.post(page(Membership, "delete", own.pk), {"post": "yes"})
    browser.post(page(Membership), {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"})
    browser.post(page(type(me), "change", me.pk), {"name": "Saya", "is_active": ""})

    own.refresh_from_db()
    me.refresh_from_db()
    assert (own.role, me.is_active) == ("ADMIN", True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "action"), [(Membership, ""), (Membership, "delete_selected"), (get_user_model(), "deactivate")]
)
def test_of_two_administrators_who_shut_each_other_out_in_the_same_moment_one_stays(monkeypatch, model, action):
    batam = make.make_region("Kota Batam")
    users = [make.make_member(batam, "ADMIN") for _number in range(2)]
    browsers = [Client(), Client()]
    for client, user in zip(browsers, users, strict=True):
        come_in(client, user)

    def end(client, other):
        pk = other.memberships.get().pk if model is Membership else other.pk
        address = page(model) if action else page(model, "delete", pk)
        client.post(address, {"action": action, "_selected_action": [pk], "post": "yes"})

    def slowly(people):
        waits()
        return tracing_rights(people)

    monkeypatch.setattr("accounts.admin.tracing_rights", slowly)
    ended = both(lambda: end(browsers[0], users[1]), lambda: end(browsers[1], users[0]))

    assert ended == [None, None]
    assert Membership.objects.filter(region=batam, role="ADMIN", user__is_active=True).count() == 1


def test_before_others_lose_or_get_power_one_shows_again_who_one_is(world):
    late, officer = world.browser(WHO), world.people["officer"]
    own = officer.memberships.get()
    asked = [
        late.post(page(Membership, "change", own.pk), {"role": "ADMIN"}),
        late.post(page(Membership, "delete", own.pk), {"post": "yes"}),
        late.post(page(type(officer)), {"action": "remove_second_factors", "_selected_action": [officer.pk]}),
    ]

    assert {answer.url.partition("?")[0] for answer in asked} == {reverse("account_reauthenticate")}
    own.refresh_from_db()
    assert own.role == "OFFICER"


# Records


def test_the_administrator_changes_what_the_region_keeps(browser, world):
    visit = Visit.objects.get(pk=world.ids["visit"]["pk"])
    sent = form_of(browser, page(Visit, "change", visit.pk))

    answer = browser.post(page(Visit, "change", visit.pk), sent | {"remarks": "oleh admin"})

    assert answer.status_code == 302
    visit.refresh_from_db()
    assert visit.remarks == "oleh admin"
    assert visit.notes.count() == 3, "notes of the other side stay"


def test_a_shared_record_of_another_side_is_only_read(browser, world):
    batam = Region.objects.get(pk=world.ids["regions"]["pk"])
    malang = Region.objects.get(name_id="Kabupaten Malang")
    visit = make.make_visit(malang, batam, owner=malang, title="Milik Malang", on=dt.date(2025, 7, 1))

    shown = browser.get(page(Visit, "change", visit.pk))
    sent = browser.post(page(Visit, "change", visit.pk), {"title": "taken"})
    deleted = browser.post(page(Visit, "delete", visit.pk), {"post": "yes"})

    assert (shown.status_code, sent.status_code, deleted.status_code) == (200, 403, 403)
    assert 'name="title"' not in shown.content.decode()
    assert Visit.objects.get(pk=visit.pk).title == "Milik Malang"


def test_deleting_names_nothing_that_hangs_on_it_from_others(browser, world):
    text = everything(browser.get(page(Visit, "delete", world.ids["visit"]["pk"])))

    assert leaks(WHO, text) == set()


def test_a_key_that_names_what_is_hidden_stays_as_it_is(browser, world):
    """An agreement of Batam that follows one in which it has no part."""
    own = Agreement.objects.get(pk=world.ids["agreement"]["pk"])
    Agreement.objects.filter(pk=own.pk).update(parent=world.foreign["agreement"]["pk"])
    sent = form_of(browser, page(Agreement, "change", own.pk))

    answer = browser.post(page(Agreement, "change", own.pk), sent | {"about": "diubah"})

    assert answer.status_code == 302, answer.context["errors"]
    own.refresh_from_db()
    assert (own.about, own.parent_id) == ("diubah", world.foreign["agreement"]["pk"])


def test_figures_of_the_own_region_are_kept_and_those_of_others_are_not(browser, world):
    own = RegionFigure.objects.get(pk=world.ids["figure"]["pk"])
    foreign = RegionFigure.objects.get(pk=world.foreign["figure"]["pk"])
    sent = form_of(browser, page(RegionFigure, "change", own.pk))

    assert browser.post(page(RegionFigure, "change", own.pk), sent | {"source": "BPS"}).status_code == 302
    sent = form_of(browser, page(RegionFigure, "change", own.pk))
    moved = browser.post(page(RegionFigure, "change", own.pk), sent | {"region": foreign.region_id})

    assert moved.status_code == 200
    own.refresh_from_db()
    assert (own.region_id, own.source) == (world.ids["regions"]["pk"], "BPS")
    assert browser.get(page(RegionFigure, "change", foreign.pk)).status_code == 404


def test_of_its_region_the_name_and_code_stay(browser, world):
    batam = Region.objects.get(pk=world.ids["regions"]["pk"])
    sent = form_of(browser, page(Region, "change", batam.pk))

    browser.post(page(Region, "change", batam.pk), sent | {"about": "Kota pulau", "name_id": "Lain", "code": "99.99"})

    batam.refresh_from_db()
    assert (batam.about, batam.name_id, batam.code) == ("Kota pulau", "Kota Batam", "21.71")


def test_what_is_of_the_installation_has_no_door(browser):
    for name in ("agreements_process", "regions_sector", "notices_gateway", "notices_notice", "dashboards_feed"):
        assert browser.get(reverse(f"admin:{name}_changelist")).status_code == 403, name
    assert browser.get(reverse("admin:followups_reminderrule_preview")).status_code in (403, 404)
    assert browser.get("/admin/r/1/1/").status_code == 404
