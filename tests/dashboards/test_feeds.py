"""Feeds of calendar programs: valid, stable, in the language of their owner, and nothing that they may not see."""

import datetime as dt
import re

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.calendar.events import Event
from dashboards.calendar.writing import calendar_file, one_line, text
from dashboards.models import Feed, SavedView
from tests import factories as make
from tests.dashboards.ics import faults

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def officer(batam):
    return make.make_officer(batam, language="en")


def read(feed, **headers):
    """The feed as a program reads it: without signing in."""
    return Client().get(reverse("dashboards:feed", args=[feed.secret]), headers=headers)


def body(feed):
    return b"".join(read(feed).streaming_content)


def events(feed):
    whole = body(feed)
    assert faults(whole) == []
    return {str(event["UID"]).partition("@")[0]: event for event in icalendar.Calendar.from_ical(whole).walk("VEVENT")}


def titles(feed):
    return sorted(str(event["SUMMARY"]) for event in events(feed).values())


def make_end(owner, other, until, **kw):
    agreement = make.make_agreement(owner, other, signed=dt.date(2025, 1, 1), valid_until=until, **kw)
    make.settle()
    return agreement


def test_a_person_reads_what_their_region_keeps_and_what_they_must_do(batam, malang, officer):
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Kunjungan kami")
    make.make_visit(malang, batam, on=dt.date(2026, 12, 2), title="Dicatat Malang")
    make.make_milestone("Kirim draf", batam, owner=batam, due=dt.date(2026, 12, 3))
    make.make_milestone("Bagian mereka", malang, owner=batam, due=dt.date(2026, 12, 3))
    make.make_milestone("Sudah", batam, owner=batam, due=dt.date(2026, 12, 3), status="CANCELLED")
    make_end(batam, malang, dt.date(2027, 6, 30), title="Kerja sama pangan")
    make_end(malang, batam, dt.date(2027, 6, 30), title="Milik Malang")

    assert titles(Feed.objects.create(user=officer)) == ["End: Kerja sama pangan", "Kirim draf", "Kunjungan kami"]


def test_a_region_is_read_as_far_as_the_owner_sees_it(batam, malang, officer):
    soppeng = make.make_region("Kabupaten Soppeng", code="73.12")
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Bersama Malang")
    make.make_visit(batam, soppeng, on=dt.date(2026, 12, 1), title="Bersama Soppeng")
    make.make_visit(malang, soppeng, on=dt.date(2026, 12, 1), title="Tanpa kami")

    assert titles(Feed.objects.create(user=officer, region=malang)) == ["Bersama Malang"]


@pytest.mark.parametrize(
    ("of", "query", "expected"),
    [
        ("visits", "status=SCHEDULED", ["Dijadwalkan"]),
        ("agreements", "q=pangan", ["End: Kerja sama pangan"]),
        ("follow-ups", "kind=FOLLOW_UP", ["Kirim draf"]),
    ],
)
def test_a_saved_view_is_read_as_its_list(batam, malang, officer, of, query, expected):
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Dijadwalkan", status="SCHEDULED")
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Selesai")
    make.make_milestone("Kirim draf", batam, owner=batam, due=dt.date(2026, 12, 3))
    make_end(batam, malang, dt.date(2027, 6, 30), title="Kerja sama pangan")
    make_end(batam, malang, dt.date(2027, 6, 30), title="Kerja sama wisata")
    view = SavedView.objects.create(owner=officer, of=of, name="Pilihan", query=query)

    assert titles(Feed.objects.create(user=officer, view=view)) == expected


def test_a_view_that_is_no_longer_shared_leaves_an_empty_calendar(batam, malang, officer):
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1))
    view = SavedView.objects.create(owner=make.make_officer(batam), region=batam, of="visits", name="RAHASIA")
    feed = Feed.objects.create(user=officer, view=view)
    assert len(events(feed)) == 1

    SavedView.objects.update(region=None)

    assert events(feed) == {}
    assert "RAHASIA" not in body(feed).decode()


def test_a_view_whose_filters_make_no_sense_leaves_an_empty_calendar(batam, officer):
    make.make_visit(batam, on=dt.date(2026, 12, 1))
    view = SavedView.objects.create(owner=officer, of="visits", name="Lama", query="since=kemarin")

    assert events(Feed.objects.create(user=officer, view=view)) == {}


def test_who_loses_the_membership_reads_nothing_any_more(batam, malang, officer):
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="CANARY")
    make.make_milestone("CANARY", batam, owner=batam, due=dt.date(2026, 12, 3))
    make_end(batam, malang, dt.date(2027, 6, 30), title="CANARY")
    feeds = [Feed.objects.create(user=officer, **of) for of in ({}, {"region": batam})]
    assert [body(feed).count(b"CANARY") for feed in feeds] == [3, 3]

    officer.memberships.all().delete()

    assert [body(feed).count(b"CANARY") for feed in feeds] == [0, 0]
    assert [events(feed) for feed in feeds] == [{}, {}]


def test_nothing_of_strangers_is_ever_in_it(batam, malang, officer):
    soppeng = make.make_region("Kabupaten Soppeng", code="73.12")
    make.make_visit(malang, soppeng, on=dt.date(2026, 12, 1), title="CANARY")
    make.make_milestone("CANARY", malang, owner=malang, due=dt.date(2026, 12, 3))
    make.make_milestone("CANARY", malang, owner=malang, due=dt.date(2026, 12, 3), internal=True)
    make_end(malang, soppeng, dt.date(2027, 6, 30), title="CANARY")
    views = [SavedView.objects.create(owner=officer, of=of, name=of) for of in ("visits", "agreements", "follow-ups")]
    every = [{}, {"region": malang}, {"region": soppeng}, *({"view": view} for view in views)]

    assert [body(Feed.objects.create(user=officer, **of)).count(b"CANARY") for of in every] == [0] * 6


def test_an_agency_user_reads_what_its_unit_takes_part_in(batam, malang):
    unit = make.make_organisation("Dinas Pariwisata", batam)
    user = make.make_unit_user(unit)
    make.make_milestone("Untuk dinas", unit, owner=batam, due=dt.date(2026, 12, 3))
    make.make_milestone("Untuk kota", batam, owner=batam, due=dt.date(2026, 12, 3))
    visit = make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Dengan dinas", host_organisation=unit)
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Tanpa dinas")

    assert visit.organisation_ids == [unit.pk]
    assert titles(Feed.objects.create(user=user)) == ["Dengan dinas", "Untuk dinas"]


def test_addresses_of_others_and_renewed_ones_are_unknown(client, batam, officer):
    feed = Feed.objects.create(user=officer)
    old = reverse("dashboards:feed", args=[feed.secret])
    assert Client().get(old).status_code == 200
    client.force_login(officer)

    client.post(reverse("dashboards:feed-renew", args=[feed.pk]))
    feed.refresh_from_db()

    assert Client().get(old).status_code == 404
    assert read(feed).status_code == 200
    assert Client().get("/feeds/x.ics").status_code == 404


def test_the_feed_of_somebody_who_left_is_unknown(batam, officer):
    feed = Feed.objects.create(user=officer)
    officer.is_active = False
    officer.save()

    assert read(feed).status_code == 404


def test_only_reading_is_answered(officer):
    url = reverse("dashboards:feed", args=[Feed.objects.create(user=officer).secret])

    assert [getattr(Client(), verb)(url).status_code for verb in ("post", "put", "delete", "patch")] == [405] * 4
    head = Client().head(url)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", Client().get(url)["ETag"])


def test_what_has_not_changed_is_not_sent_again(batam, officer):
    visit = make.make_visit(batam, on=dt.date(2026, 12, 1), title="Awal")
    feed = Feed.objects.create(user=officer)
    first = read(feed)

    assert read(feed, if_none_match=first["ETag"]).status_code == 304
    assert read(feed, if_modified_since=first["Last-Modified"]).status_code == 200, (
        "it does not tell what was taken away"
    )
    assert (first["Cache-Control"], first["Content-Type"]) == ("private, no-cache", "text/calendar; charset=utf-8")

    visit.title = "Kemudian"
    visit.save()
    assert read(feed, if_none_match=first["ETag"]).status_code == 200
    visit.delete()
    gone = read(feed)
    assert (gone.status_code, gone["ETag"] == first["ETag"]) == (200, False)


def test_the_identity_of_an_event_stays_when_it_moves(batam, malang, officer):
    visit = make.make_visit(batam, malang, on=dt.date(2026, 12, 1))
    milestone = make.make_milestone("Kirim", batam, owner=batam, due=dt.date(2026, 12, 3))
    agreement = make_end(batam, malang, dt.date(2027, 6, 30))
    feed = Feed.objects.create(user=officer)
    before = events(feed)

    visit.starts_on = visit.ends_on = dt.date(2026, 12, 8)
    visit.save()
    milestone.due_on = dt.date(2026, 12, 9)
    milestone.save()
    acting = {"nature": "AMENDMENT", "predecessor": agreement, "kind": "ADDENDUM"}
    make.make_agreement(
        batam, malang, signed=dt.date(2026, 2, 1), valid_until=dt.date(2028, 1, 31), title="Perubahan", **acting
    )
    make.settle()
    after = events(feed)

    assert (
        before.keys() == after.keys() == {f"visit-{visit.pk}", f"follow-up-{milestone.pk}", f"agreement-{agreement.pk}"}
    )
    assert [day(after[key]) for key in sorted(after)] == [
        dt.date(2028, 1, 31),
        dt.date(2026, 12, 9),
        dt.date(2026, 12, 8),
    ]
    assert all(after[key]["SEQUENCE"] > before[key]["SEQUENCE"] for key in after)


def day(event):
    return event["DTSTART"].dt


def test_an_edit_of_the_guests_raises_sequence_and_last_modified(batam, malang, officer, time_machine):
    visit = make.make_visit(batam, malang, on=dt.date(2026, 12, 1))
    feed = Feed.objects.create(user=officer)
    (before,) = events(feed).values()
    make.make_delegation(visit, region=make.make_region("Kabupaten Soppeng", code="73.12"))
    (after,) = events(feed).values()

    assert "Soppeng" in after["SUMMARY"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt


def test_several_days_end_on_the_day_after_the_last(batam, officer):
    make.make_visit(batam, precision="RANGE", starts_on=dt.date(2026, 12, 1), ends_on=dt.date(2026, 12, 3))
    (event,) = events(Feed.objects.create(user=officer)).values()

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2026, 12, 1), dt.date(2026, 12, 4))
    assert event["DTSTART"].params["VALUE"] == "DATE"


@pytest.mark.parametrize(
    ("zone", "begins", "until", "expected"),
    [
        ("Asia/Jakarta", dt.time(9), dt.time(11, 30), ("20261201T020000Z", "20261201T043000Z")),
        ("Asia/Jayapura", dt.time(8), dt.time(9), ("20261130T230000Z", "20261201T000000Z")),
        ("Asia/Jakarta", dt.time(9), None, ("20261201T020000Z", None)),
        ("Asia/Jakarta", dt.time(9), dt.time(8), ("20261201T020000Z", None)),
        ("Asia/Jakarta", None, dt.time(8), ("20261201", "20261202")),
        ("Nowhere/Land", dt.time(9), None, ("20261201", "20261202")),
    ],
)
def test_hours_are_those_of_the_clock_of_the_host(officer, batam, malang, zone, begins, until, expected):
    malang.time_zone = zone
    malang.save()
    make.make_visit(malang, batam, owner=batam, on=dt.date(2026, 12, 1), start_time=begins, end_time=until)
    whole = body(Feed.objects.create(user=officer)).decode()

    assert faults(whole.encode()) == []
    found = {name: re.search(rf"{name}(?:;VALUE=DATE)?:(\w+)", whole) for name in ("DTSTART", "DTEND")}
    assert tuple(match and match[1] for match in found.values()) == expected


@pytest.mark.parametrize(
    ("status", "expected", "title"),
    [
        ("INVITED", "TENTATIVE", "Kunjungan"), ("PROPOSED", "TENTATIVE", "Kunjungan"),
        ("SCHEDULED", "CONFIRMED", "Kunjungan"), ("REPORTED", "CONFIRMED", "Kunjungan"),
        ("CANCELLED", "CANCELLED", "Cancelled: Kunjungan"), ("POSTPONED", "CANCELLED", "Postponed: Kunjungan"),
    ],
)  # fmt: skip
def test_a_cancelled_visit_stays_in_as_cancelled(batam, officer, status, expected, title):
    make.make_visit(batam, on=dt.date(2026, 12, 1), status=status, title="Kunjungan")
    (event,) = events(Feed.objects.create(user=officer)).values()

    assert (event["STATUS"], event["SUMMARY"]) == (expected, title)


def test_what_has_no_day_is_not_in_it(batam, malang, officer):
    make.make_visit(batam, precision="MONTH", starts_on=dt.date(2026, 12, 1), ends_on=dt.date(2026, 12, 31))
    make.make_visit(batam, precision="YEAR", starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 12, 31))
    make.make_visit(batam, precision="WEEKDAY_ONLY", weekday=3, starts_on=None, ends_on=None)
    make.make_visit(batam, on=None, status="INVITED")
    make.make_milestone("Bulan", batam, owner=batam, due=dt.date(2026, 12, 31), due_precision="MONTH")
    make.make_milestone("Kapan-kapan", batam, owner=batam)
    make_end(batam, malang, dt.date(2027, 6, 30), validity_precision="MONTH", notice_days=90)

    assert events(Feed.objects.create(user=officer, region=batam)) == {}


def test_it_speaks_the_language_of_its_owner(batam, malang):
    make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Pangan", status="CANCELLED")
    for language, title in (("en", "Cancelled: Pangan"), ("id", "Dibatalkan: Pangan")):
        feed = Feed.objects.create(user=make.make_officer(batam, language=language))
        response = Client(headers={"accept-language": "de"}).get(reverse("dashboards:feed", args=[feed.secret]))
        assert (titles(feed), response["Content-Language"]) == ([title], language)


def test_it_has_a_name_and_leads_back_to_the_record(batam, officer, settings):
    settings.SITE_URL, settings.MESSAGE_ID_HOST = "https://simpul.example", "mail.example"
    visit = make.make_visit(batam, on=dt.date(2026, 12, 1))
    calendar = icalendar.Calendar.from_ical(body(Feed.objects.create(user=officer, region=batam)))
    (event,) = calendar.walk("VEVENT")

    assert str(calendar["X-WR-CALNAME"]) == "Simpul: Kota Batam"
    assert event["URL"] == f"https://simpul.example/visits/{visit.pk}/"
    assert event["UID"] == f"visit-{visit.pk}@mail.example"


def test_it_reaches_from_a_year_back_to_two_years_ahead(batam, officer):
    for on in (TODAY - dt.timedelta(days=367), TODAY - dt.timedelta(days=366), TODAY + dt.timedelta(days=731)):
        make.make_visit(batam, on=on, title=f"{on}")
    make.make_visit(batam, on=TODAY + dt.timedelta(days=732), title="terlalu jauh")

    assert titles(Feed.objects.create(user=officer)) == ["2025-11-21", "2028-11-22"]


def test_of_very_many_the_nearest_are_told(batam, officer, monkeypatch):
    monkeypatch.setattr("dashboards.calendar.feeding.MOST", 2)
    for days in (40, 1, -3, 90):
        make.make_visit(batam, on=TODAY + dt.timedelta(days=days), title=f"{days}")
    feed = Feed.objects.create(user=officer)

    assert titles(feed) == ["-3", "1"]
    assert "the 2 nearest to today" in body(feed).replace(b"\r\n ", b"").decode()


def test_that_it_was_read_is_kept_once_an_hour(batam, officer, time_machine):
    feed = Feed.objects.create(user=officer)
    for minutes, kept in ((0, 0), (59, 0), (61, 61), (62, 61)):
        time_machine.move_to(NOW + dt.timedelta(minutes=minutes), tick=False)
        read(feed)
        feed.refresh_from_db()
        assert feed.used_at == NOW + dt.timedelta(minutes=kept)


def test_it_asks_as_much_for_many_events_as_for_one(batam, malang, officer):
    feeds = [Feed.objects.create(user=officer, **of) for of in ({}, {"region": batam})]
    for of in ("visits", "agreements", "follow-ups"):
        view = SavedView.objects.create(owner=officer, of=of, name=of, query="sort=-date" if of == "visits" else "")
        feeds.append(Feed.objects.create(user=officer, view=view))

    def fill(n):
        make.make_visit(batam, malang, on=dt.date(2026, 12, n))
        make.make_milestone("Kirim", batam, owner=batam, due=dt.date(2026, 12, n))
        make_end(batam, malang, dt.date(2027, 6, n))

    def asked():
        for feed in feeds:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                body(feed)
            yield len(queries)

    fill(1)
    [*asked()]
    one = [*asked()]
    for n in range(2, 12):
        fill(n)

    assert [*asked()] == one
    assert max(one) <= 10


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=WORDS, about=WORDS, place=WORDS)
def test_any_words_survive_the_way_to_the_program_and_back(title, about, place):
    event = Event(
        "visit-1@x", 1, NOW, title, TODAY, TODAY, "https://x.example/visits/1/", about=about, place=place, kind="Visit"
    )
    whole = calendar_file([event])
    (read_back,) = icalendar.Calendar.from_ical(whole).walk("VEVENT")

    assert faults(whole) == []
    assert str(read_back["SUMMARY"]) == one_line(title)
    assert str(read_back.get("DESCRIPTION", "")) == text(about)
    assert str(read_back.get("LOCATION", "")) == one_line(place)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (lambda b: b.replace(b"\r\n", b"\n"), "CRLF"),
        (lambda b: b.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 80), "octets"),
        (lambda b: b.replace(b"DTEND;VALUE=DATE:20261123", b"DTEND;VALUE=DATE:20261122"), "ends before"),
        (lambda b: b.replace(b"DTEND;VALUE=DATE:20261123", b"DTEND:20261123T000000Z"), "different kinds"),
        (lambda b: re.sub(rb"UID:.*\r\n", b"", b), "without UID"),
        (lambda b: re.sub(rb"(BEGIN:VEVENT.*END:VEVENT\r\n)", rb"\1\1", b, flags=re.DOTALL), "twice"),
        (lambda b: b.replace(b"SUMMARY:", b"SUMMARY:a,b"), "escaped"),
        (lambda b: b.replace(b"SUMMARY:", b"SUMMARY:\x07"), "control"),
        (lambda b: b.replace(b"DTSTAMP:2026", b"DTSTAMP:20261322T"), "DTSTAMP"),
        (lambda b: b.replace(b"STATUS:CONFIRMED", b"STATUS:DONE"), "STATUS"),
        (lambda b: b.replace(b"END:VCALENDAR\r\n", b""), "whole"),
        (lambda b: b.replace(b"VERSION:2.0\r\n", b""), "without VERSION"),
    ],
)
def test_the_strict_reader_finds_faults(broken, fault):
    whole = calendar_file([Event("a@x", 1, NOW, "Judul", TODAY, TODAY, "https://x.example/", kind="Visit")])

    assert faults(whole) == []
    assert any(fault in each for each in faults(broken(whole))), faults(broken(whole))


# One event


def test_one_event_is_a_file_of_its_own(client, batam, malang, officer):
    client.force_login(officer)
    visit = make.make_visit(batam, malang, on=dt.date(2026, 12, 1), title="Kunjungan")
    milestone = make.make_milestone("Kirim", batam, owner=batam, due=dt.date(2026, 12, 3))
    agreement = make_end(batam, malang, dt.date(2027, 6, 30), title="Pangan")

    for what, record, title in (
        ("visit", visit, "Kunjungan"), ("follow-up", milestone, "Kirim"), ("agreement", agreement, "End: Pangan"),
    ):  # fmt: skip
        response = client.get(reverse("dashboards:event", args=[what, record.pk]))
        assert faults(response.content) == []
        (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
        assert (event["SUMMARY"], str(event["UID"]).partition("@")[0]) == (title, f"{what}-{record.pk}")
        assert response["Content-Disposition"] == f'attachment; filename="{what}-{record.pk}.ics"'


def test_one_event_is_for_those_who_see_the_record_and_needs_a_day(client, batam, malang, officer):
    visit = make.make_visit(batam, malang, on=dt.date(2026, 12, 1))
    undated = make.make_visit(batam, malang, on=None, status="INVITED")
    address = reverse("dashboards:event", args=["visit", visit.pk])
    assert client.get(address).status_code == 302

    client.force_login(make.make_officer(make.make_region("Kabupaten Soppeng", code="73.12")))
    assert client.get(address).status_code == 404
    client.force_login(officer)
    assert client.get(reverse("dashboards:event", args=["visit", undated.pk])).status_code == 404
    assert client.get(reverse("dashboards:event", args=["region", batam.pk])).status_code == 404
    assert client.get(f"/calendar/event/visit/{'9' * 30}.ics").status_code == 404
    assert client.post(address).status_code == 405


# The page of one’s own feeds


def test_a_feed_is_made_and_shown_with_its_address(client, batam, officer, settings):
    settings.SITE_URL = "https://simpul.example"
    client.force_login(officer)
    view = SavedView.objects.create(owner=officer, of="visits", name="Semua")
    for data in ({"of": "mine"}, {"of": "region", "region": batam.pk}, {"of": "view", "view": view.pk}):
        assert client.post(reverse("dashboards:feeds"), data).status_code == 302

    page = client.get(reverse("dashboards:feeds")).content.decode()
    made = Feed.objects.filter(user=officer)
    assert [(feed.region, feed.view) for feed in made] == [(None, None), (batam, None), (None, view)]
    assert all(f"https://simpul.example/feeds/{feed.secret}.ics" in page for feed in made)


@pytest.mark.parametrize("data", [{}, {"of": "region"}, {"of": "view"}, {"of": "view", "view": 10**12}, {"of": "mine"}])
def test_a_feed_that_cannot_be_made_is_explained(client, officer, data):
    Feed.objects.create(user=officer)
    client.force_login(officer)
    response = client.post(reverse("dashboards:feeds"), data)

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert Feed.objects.count() == 1


def test_views_of_others_cannot_be_fed(client, batam, officer):
    theirs = SavedView.objects.create(owner=make.make_officer(batam), of="visits", name="CANARY")
    client.force_login(officer)

    assert "CANARY" not in client.get(reverse("dashboards:feeds")).content.decode()
    assert client.post(reverse("dashboards:feeds"), {"of": "view", "view": theirs.pk}).status_code == 422


def test_feeds_of_others_are_out_of_reach(client, batam, officer):
    feed = Feed.objects.create(user=make.make_officer(batam))
    client.force_login(officer)

    assert feed.secret not in client.get(reverse("dashboards:feeds")).content.decode()
    for deed in ("feed-renew", "feed-delete"):
        assert client.post(reverse(f"dashboards:{deed}", args=[feed.pk])).status_code == 404
        assert client.get(reverse(f"dashboards:{deed}", args=[feed.pk])).status_code == 405
    assert Feed.objects.get().secret == feed.secret


def test_a_deleted_feed_is_gone(client, officer):
    feed = Feed.objects.create(user=officer)
    client.force_login(officer)
    client.post(reverse("dashboards:feed-delete", args=[feed.pk]))

    assert not Feed.objects.exists()
    assert read(feed).status_code == 404


def test_the_button_stands_where_there_is_an_event(client, batam, malang, officer):
    client.force_login(officer)
    until = dt.date(2027, 6, 30)
    renewed = make_end(batam, malang, until)
    acting = {"nature": "RENEWAL", "predecessor": renewed, "valid_from": dt.date(2027, 7, 1)}
    records = [
        ("visit", make.make_visit(batam, on=TODAY), True),
        ("visit", make.make_visit(batam, on=None, status="INVITED"), False),
        ("visit", make.make_visit(batam, precision="YEAR", starts_on=TODAY, ends_on=TODAY), False),
        ("follow-up", make.make_milestone("Kirim", owner=batam, due=TODAY), True),
        ("follow-up", make.make_milestone("Kirim", owner=batam, due=TODAY, due_precision="MONTH"), False),
        ("follow-up", make.make_milestone("Kirim", owner=batam), False),
        ("agreement", make_end(batam, malang, until), True),
        ("agreement", make_end(batam, malang, until, validity_precision="MONTH"), False),
        ("agreement", make.make_agreement(batam, malang, valid_until=until), False),
        ("agreement", make.make_agreement(batam, malang, signed=TODAY, open_ended=True), False),
        ("agreement", make_end(batam, malang, dt.date(2029, 6, 30), **acting), True),
        ("agreement", renewed, False),
    ]
    for what, record, expected in records:
        address = reverse("dashboards:event", args=[what, record.pk])
        page = client.get(record.get_absolute_url()).content.decode()
        assert (address in page, client.get(address).status_code) == (expected, 200 if expected else 404), (
            what,
            record.pk,
        )
