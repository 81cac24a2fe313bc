import datetime as dt
import re

import pghistory
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards.models import SavedView, Watch
from dashboards.watching import news_of, see
from tests.factories import (
    make_agreement,
    make_attachment,
    make_figure,
    make_indicator,
    make_malangs,
    make_measurement,
    make_milestone,
    make_note,
    make_officer,
    make_outcome,
    make_programme,
    make_region,
    make_saved_view,
    make_superuser,
    make_topic,
    make_visit,
    make_watch,
)

pytestmark = pytest.mark.django_db
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def colleague(batam):
    return make_officer(batam, name="Rina Colleague")


def by(user):
    """As the middleware says who changes something."""
    return pghistory.context(user=user.pk)


def mine(user, make, *args, **kw):
    """What the user made is nothing new to them. In a test all rows bear the instant at which it began."""
    with by(user):
        return make(*args, **kw)


def told(user):
    """Name, number of changes and by whom, of everything that the user watches."""
    return [(news.name, news.count.number, news.by) for news in news_of(user)]


# Watching


@pytest.mark.parametrize("what", ["visit", "agreement", "milestone", "region", "view"])
def test_it_is_watched_and_no_longer(client, officer, batam, what):
    record = {
        "visit": lambda: make_visit(batam),
        "agreement": lambda: make_agreement(batam),
        "milestone": lambda: make_milestone("Kirim", batam, owner=batam),
        "region": lambda: batam,
        "view": lambda: make_saved_view(officer),
    }[what]()
    page = "/views/" if what == "view" else record.get_absolute_url()
    address = f"/watches/{what}/{record.pk}/"

    assert f'action="{address}"' in client.get(page).content.decode()
    assert client.post(address, {"on": "1", "next": page}).url == page
    client.post(address, {"on": "1"})
    assert Watch.objects.get().of == record
    assert "Stop watching" in client.get(page).content.decode()
    assert client.post(address, {"on": ""}).url == record.get_absolute_url()
    assert not Watch.objects.exists()


def test_htmx_gets_the_button_anew(client, officer, batam):
    visit = make_visit(batam)

    on = client.post(f"/watches/visit/{visit.pk}/", {"on": "1"}, HTTP_HX_REQUEST="true").content.decode()
    off = client.post(f"/watches/visit/{visit.pk}/", {"on": ""}, HTTP_HX_REQUEST="true").content.decode()

    assert "Stop watching" in on
    assert "<html" not in on
    assert "Stop watching" not in off


def test_what_one_does_not_see_is_not_watched(client, officer, malang, colleague):
    hidden = {
        "visit": make_visit(malang),
        "agreement": make_agreement(malang),
        "milestone": make_milestone("Kirim", malang, owner=malang),
        "view": make_saved_view(colleague),
    }
    for what, record in hidden.items():
        assert client.post(f"/watches/{what}/{record.pk}/", {"on": "1"}).status_code == 404, what
    assert client.post("/watches/official/1/", {"on": "1"}).status_code == 404
    assert client.get(f"/watches/region/{malang.pk}/").status_code == 405
    assert not Watch.objects.exists()


def test_watching_costs_a_page_one_query(client, officer, batam):
    page = make_visit(batam).get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        client.get(page)

    assert len([query for query in queries if "dashboards_watch" in query["sql"]]) == 1


# What changed


def test_what_somebody_else_changed_since_is_told(officer, colleague, batam, malang):
    visit = mine(officer, make_visit, batam, malang, title="Studi tiru")
    make_watch(officer, visit, seen_at=LONG_AGO)
    with by(colleague):
        visit.purpose = "Belajar"
        visit.save()
        make_topic(visit)

    assert told(officer) == [("Studi tiru, 16 Juni 2025", 1, "Rina Colleague")]


@pytest.mark.django_db(transaction=True)
def test_own_changes_and_what_was_before_are_not_told(officer, colleague, batam):
    visit = make_visit(batam, title="Studi tiru")
    with by(colleague):
        visit.purpose = "Belajar"
        visit.save()
    make_watch(officer, visit)
    with by(officer):
        visit.purpose = "Belajar lagi"
        visit.save()

    assert told(officer) == [("Studi tiru, 16 Juni 2025", 0, "")]


def test_changes_by_oneself_never_count(officer, batam):
    with by(officer):
        visit = make_visit(batam, title="Studi tiru")
        make_outcome(visit, "Hasil")
    make_watch(officer, visit, seen_at=LONG_AGO)

    assert told(officer) == [("Studi tiru, 16 Juni 2025", 0, "")]


@pytest.mark.django_db(transaction=True)
def test_each_time_of_saving_counts_once_and_the_last_one_is_named(officer, colleague, batam):
    """Several rows that are saved in one go are one change."""
    agreement = make_agreement(batam, title="KSDD")
    make_watch(officer, agreement)
    other = make_officer(batam, name="Budi Other")
    with by(colleague):
        agreement.remarks = "satu"
        agreement.save()
    with by(other):
        agreement.remarks = "dua"
        agreement.save()

    assert told(officer) == [("KSDD", 2, "Budi Other")]


@pytest.mark.django_db(transaction=True)
def test_children_of_children_count_also_when_they_are_gone(officer, colleague, batam, malang):
    agreement, visit = make_agreement(batam, title="KSDD"), make_visit(batam, malang, title="Studi")
    programme = make_programme(agreement)
    indicator = make_indicator(programme)
    for record in (agreement, visit):
        make_watch(officer, record)

    with by(colleague):
        make_measurement(indicator)
        visit.delegations.all().delete()

    assert sorted(told(officer)) == [("KSDD", 1, "Rina Colleague"), ("Studi, 16 Juni 2025", 1, "Rina Colleague")]


@pytest.mark.django_db(transaction=True)
def test_notes_and_restricted_papers_of_the_other_side_are_not_told(officer, colleague, batam, malang):
    visit = make_visit(batam, malang, title="Studi")
    other = make_officer(malang)
    make_watch(officer, visit)
    make_watch(other, visit)
    with by(colleague):
        make_note(visit, batam, "Rahasia")
        make_attachment(visit, batam, access="RESTRICTED")

    assert [count for _name, count, _by in told(officer)] == [2]
    assert [count for _name, count, _by in told(other)] == [0]


def test_visits_that_one_does_not_see_are_not_told_of_an_agreement(officer, colleague, batam, malang):
    agreement = mine(officer, make_agreement, batam, title="KSDD")
    make_watch(officer, agreement, seen_at=LONG_AGO)
    with by(colleague):
        agreement.visit_links.create(visit=make_visit(malang))

    assert told(officer) == [("KSDD", 0, "")]


def test_follow_ups_and_regions_are_told(officer, colleague, batam):
    milestone = mine(officer, make_milestone, "Kirim draf", batam, owner=batam)
    make_watch(officer, milestone, seen_at=LONG_AGO)
    make_watch(officer, mine(officer, make_region, "Kota Medan"), seen_at=LONG_AGO)
    medan = make_region("Kota Medan")
    with by(colleague):
        milestone.log.create(deed="COMMENTED", text="Sudah")
        make_figure(medan)

    assert sorted(told(officer)) == [("Kirim draf", 1, "Rina Colleague"), ("Kota Medan", 1, "Rina Colleague")]


def test_nothing_is_told_of_what_one_may_no_longer_see(client, officer, colleague, batam, malang):
    visit = make_visit(malang, batam, title="RAHASIAQX")
    view = make_saved_view(colleague, name="SURATQX", region=batam)
    make_watch(officer, visit)
    make_watch(officer, view)
    visit.delegations.all().delete()
    visit.owner = malang
    visit.save()
    SavedView.objects.update(region=None)

    page = client.get("/watches/").content.decode()
    opened = [client.get(f"/watches/{watch.pk}/").status_code for watch in Watch.objects.all()]

    assert told(officer) == []
    assert "QX" not in page
    assert opened == [404, 404]


@pytest.mark.django_db(transaction=True)
def test_of_a_view_the_new_records_of_others_are_counted(officer, colleague, batam, malang):
    view = make_saved_view(officer, "visits", "status=COMPLETED", name="Selesai")
    make_watch(officer, view)
    with by(colleague):
        make_visit(batam, status="COMPLETED")
        make_visit(batam, status="CANCELLED")
        make_visit(malang, status="COMPLETED")
    make_visit(batam, status="COMPLETED", created_by=officer)

    assert told(officer) == [("Selesai", 1, "")]
    see(officer)
    assert told(officer) == [("Selesai", 0, "")]


@pytest.mark.parametrize("of", ["agreements", "follow-ups", "regions", "organisations", "officials"])
def test_views_of_every_list_are_watched(officer, of):
    make_watch(officer, make_saved_view(officer, of, "q=batam&zzz=1", name="Semua"))

    assert [name for name, _count, _by in told(officer)] == ["Semua"]


# The page


@pytest.mark.django_db(transaction=True)
def test_the_page_tells_what_changed_and_leads_to_the_history(client, officer, colleague, batam):
    visit = make_visit(batam, title="Studi tiru")
    make_watch(officer, visit)
    make_watch(officer, make_agreement(batam, title="Tenang"))
    with by(colleague):
        visit.purpose = "Belajar"
        visit.save()

    page = client.get("/watches/").content.decode()

    changed, quiet = page.split('id="quiet-title"')
    assert "Studi tiru" in changed
    assert "1 change" in changed
    assert "by Rina Colleague" in changed
    assert f"/visits/{visit.pk}/history/" in changed
    assert "Tenang" in quiet


def test_opening_it_makes_it_seen(client, officer, colleague, batam):
    visit = make_visit(batam)
    watch = make_watch(officer, visit, seen_at=LONG_AGO)
    with by(colleague):
        make_topic(visit)
    assert [news.count.number for news in news_of(officer)] == [1]

    assert client.get(f"/watches/{watch.pk}/").url == visit.get_absolute_url()
    watch.refresh_from_db()
    assert watch.seen_at > timezone.now() - dt.timedelta(minutes=1)
    assert client.get(f"/watches/{make_watch(colleague, visit).pk}/").status_code == 404


def test_all_or_one_are_marked_as_seen(client, officer, colleague, batam):
    one, two = make_watch(officer, make_visit(batam)), make_watch(officer, make_visit(batam))
    others = make_watch(colleague, make_visit(batam))
    Watch.objects.update(seen_at=LONG_AGO)

    client.post("/watches/seen/", {"watch": one.pk})
    assert set(Watch.objects.filter(seen_at=LONG_AGO)) == {two, others}
    assert client.post("/watches/seen/", {"watch": others.pk}).status_code == 404
    assert client.post("/watches/seen/", {"watch": "9" * 30}).status_code == 404
    client.post("/watches/seen/")
    assert set(Watch.objects.filter(seen_at=LONG_AGO)) == {others}


def test_what_came_after_the_page_was_drawn_is_not_taken_for_known(client, officer, colleague, batam, time_machine):
    with by(colleague):
        watch = make_watch(officer, make_visit(batam), seen_at=LONG_AGO)
    drawn_at = timezone.now()
    time_machine.move_to(drawn_at, tick=False)
    page = client.get("/watches/").text

    time_machine.move_to(drawn_at + dt.timedelta(minutes=20), tick=False)  # meanwhile others go on saving
    client.post("/watches/seen/", {"until": re.search(r'name="until" value="([^"]+)"', page)[1]})

    watch.refresh_from_db()
    assert watch.seen_at == drawn_at


@pytest.mark.parametrize(
    "until", ["", "nonsense", "2026-01-01", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"]
)
def test_the_moment_that_is_sent_lies_neither_before_what_is_known_nor_ahead(client, officer, batam, until):
    watch = make_watch(officer, make_visit(batam), seen_at=LONG_AGO)

    client.post("/watches/seen/", {"until": until})

    watch.refresh_from_db()
    assert LONG_AGO <= watch.seen_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_what_is_known_of_one_watch_does_not_hide_what_is_new_in_another(officer, colleague, batam):
    quiet = make_visit(batam)
    busy = make_visit(batam)
    watch = make_watch(officer, quiet)
    make_watch(officer, busy)
    with by(colleague):
        quiet.title = "Berubah"
        quiet.save()
        for n in range(3):
            busy.title = f"Berkali-kali {n}"
            busy.save()
    Watch.objects.exclude(pk=watch.pk).update(seen_at=timezone.now())

    assert {news.pk: news.count.number for news in news_of(officer)} == {quiet.pk: 1, busy.pk: 0}


def test_home_gets_what_changed_only(client, officer, colleague, batam):
    visit, quiet = (
        mine(officer, make_visit, batam, title="Studi tiru"),
        mine(officer, make_agreement, batam, title="Tenang"),
    )
    make_watch(officer, visit, seen_at=LONG_AGO)
    make_watch(officer, quiet, seen_at=LONG_AGO)
    with by(colleague):
        make_topic(visit)

    part = client.get("/watches/", HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part
    assert "Studi tiru" in part
    assert "Tenang" not in part


def test_the_page_costs_the_same_however_much_is_watched(client, officer, colleague, batam):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get("/watches/")
        return len(queries)

    def add():
        visit = make_visit(batam)
        place = make_region(f"Kota {visit.pk}")
        for record in (visit, make_agreement(batam), make_milestone("Kirim", batam, owner=batam), place):
            make_watch(officer, record, seen_at=LONG_AGO)
        with by(colleague):
            make_topic(visit)

    add()
    one = ask()
    add()

    assert ask() == one <= 20


def test_strangers_are_sent_to_sign_in(batam):
    assert Client().get("/watches/").url.startswith("/accounts/login/")
    assert Client().post(f"/watches/region/{batam.pk}/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("made", [make_visit, make_agreement])
def test_a_record_is_deleted_in_the_administration_with_the_watches_on_it(client, officer, batam, malang, made):
    record = made(batam, malang)
    watch = make_watch(officer, record)
    client.force_login(make_superuser())
    kind = record._meta.label_lower.replace(".", "_")

    alone = client.post(reverse("admin:dashboards_watch_delete", args=[watch.pk]), {"post": "yes"})
    with_it = client.post(reverse(f"admin:{kind}_delete", args=[record.pk]), {"post": "yes"})

    assert (alone.status_code, with_it.status_code) == (403, 302)
    assert not Watch.objects.exists()
