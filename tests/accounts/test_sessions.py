"""Where one is signed in, how long, and how it ends."""

import datetime as dt
from urllib.parse import quote

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.devices import in_words
from dashboards.models import Feed
from tests.factories import PASSWORD, make_region, make_superuser, make_user
from tests.sent import come_in, sent_by

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
SESSIONS = "/accounts/sessions/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def user():
    return make_user(make_region("Kota Batam"), email="siti@batam.go.id", language="en")


def browser(user, address="198.51.100.1", agent=CHROME):
    found = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    assert found.post(LOGIN, {"login": user.email, "password": PASSWORD}).status_code == 302
    return found


def is_in(client):
    return client.get("/me/").status_code == 200


def test_the_list_names_device_address_and_the_one_in_use(user):
    browser(user, "203.0.113.7", IPHONE)
    page = browser(user).get(SESSIONS).content.decode()

    for told in ("Safari, iPhone", "203.0.113.7", "Chrome, Windows", "198.51.100.1", "This one"):
        assert told in page


def test_one_session_is_ended_and_the_others_live_on(user):
    phone, here = browser(user, agent=IPHONE), browser(user)
    other = UserSession.objects.get(session_key=phone.session.session_key)

    here.post(reverse("accounts:session-end", args=[other.pk]))

    assert (is_in(phone), is_in(here)) == (False, True)


def test_the_session_of_somebody_else_is_not_ended(user):
    theirs = browser(make_user(make_region("Kota Malang")))
    session = UserSession.objects.get(session_key=theirs.session.session_key)

    assert browser(user).post(reverse("accounts:session-end", args=[session.pk])).status_code == 404
    assert is_in(theirs)


def test_signing_out_everywhere_leaves_nobody(user):
    phone, here = browser(user, agent=IPHONE), browser(user)

    assert here.post(reverse("accounts:sessions-end")).url == LOGIN
    assert (is_in(phone), is_in(here)) == (False, False)


def test_signing_out_all_others_leaves_this_one(user):
    phone, here = browser(user, agent=IPHONE), browser(user)
    here.post(SESSIONS)

    assert (is_in(phone), is_in(here)) == (False, True)


def test_a_new_password_ends_the_other_sessions_and_not_this_one(user):
    phone, here = browser(user, agent=IPHONE), browser(user)
    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "jalan panjang ke laut", "password2": "jalan panjang ke laut"},
    )

    assert answer.status_code == 302
    assert (is_in(phone), is_in(here)) == (False, True)


@pytest.mark.parametrize("old", [{}, {"oldpassword": ""}, {"oldpassword": "not the old one"}])
def test_without_the_old_password_there_is_no_new_one(user, old):
    here, new = browser(user), "jalan panjang ke laut"

    answer = here.post(reverse("account_change_password"), {**old, "password1": new, "password2": new})

    user.refresh_from_db()
    assert "oldpassword" in answer.context["form"].errors
    assert (user.check_password(PASSWORD), user.check_password(new)) == (True, False)


def test_a_deactivated_user_is_out_at_once_in_every_browser_and_feed(user):
    feed = Feed.objects.create(user=user)
    here, phone = browser(user), browser(user, agent=IPHONE)
    type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert (is_in(phone), is_in(here)) == (False, False)
    assert Client().get(reverse("dashboards:feed", args=[feed.secret])).status_code == 404


@pytest.mark.parametrize("by", ["action", "form"])
def test_who_was_deactivated_and_may_come_in_again_signs_in_anew(user, by):
    here, phone = browser(user), browser(user, agent=IPHONE)
    admin, people = Client(), reverse("admin:accounts_user_changelist")
    come_in(admin, make_superuser())

    if by == "action":
        admin.post(people, {"action": "deactivate", "_selected_action": [user.pk]})
    else:
        page = reverse("admin:accounts_user_change", args=[user.pk])
        sent = sent_by(admin.get(page), "user_form")
        del sent["is_active"]
        assert admin.post(page, sent).status_code == 302
    assert not type(user).objects.get(pk=user.pk).is_active
    admin.post(people, {"action": "activate", "_selected_action": [user.pk]})

    assert type(user).objects.get(pk=user.pk).is_active
    assert (is_in(phone), is_in(here), is_in(browser(user)), is_in(admin)) == (False, False, True, True)


def test_eight_hours_without_a_sign_of_life_end_a_session():
    with time_machine.travel("2026-11-22T01:00Z", tick=False) as clock:
        user = make_user(make_region("Kota Batam"))
        here = browser(user)
        for _hour in range(3):
            clock.shift(dt.timedelta(hours=7, minutes=50))
            assert is_in(here)
        clock.shift(dt.timedelta(hours=8, minutes=6))
        assert not is_in(here)


def test_seven_days_end_it_however_busy_one_was():
    with time_machine.travel("2026-11-22T01:00Z", tick=False) as clock:
        here = browser(make_user(make_region("Kota Batam")))
        is_in(here)
        for _step in range(24):
            clock.shift(dt.timedelta(hours=7))
            assert is_in(here)
        clock.shift(dt.timedelta(hours=1))
        assert not is_in(here)


def test_a_sign_of_life_is_written_down_at_most_every_five_minutes():
    with time_machine.travel("2026-11-22T01:00Z", tick=False) as clock:
        here = browser(make_user(make_region("Kota Batam")))
        is_in(here)
        seen = UserSession.objects.get().last_seen_at
        clock.shift(200)
        is_in(here)
        assert UserSession.objects.get().last_seen_at == seen
        clock.shift(200)
        is_in(here)
        assert UserSession.objects.get().last_seen_at - seen == dt.timedelta(seconds=400)


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (CHROME, "Chrome, Windows"),
        (IPHONE, "Safari, iPhone"),
        (CHROME + " Edg/130.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25 Chrome/121 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8", "Perangkat tidak dikenal"),
        ("", "Perangkat tidak dikenal"),
    ],
)
def test_a_device_in_words(agent, told):
    assert in_words(agent) == told or (told.startswith("Perangkat") and in_words(agent) == "Unknown device")


@pytest.mark.parametrize(
    ("referer", "then"),
    [
        ("http://testserver/accounts/sessions/?page=2#there", "/accounts/sessions/?page=2"),
        ("http://testserver", "/"),
        ("", "/"),
        ("https://elsewhere.example/accounts/sessions/", "/"),
        ("http://[", "/"),
    ],
)
def test_whose_session_ran_out_under_a_button_comes_back_to_the_page_of_the_button(user, referer, then):
    answer = Client(headers={"referer": referer}).post("/me/sessions/7/end/")

    assert (answer.status_code, answer.url) == (302, f"{LOGIN}?next={quote(then)}")
    guest = Client()
    asked = {"login": user.email, "password": PASSWORD, "next": then}
    assert guest.post(answer.url, asked, follow=True).status_code == 200


def test_whose_session_ran_out_before_reading_comes_to_what_they_asked_for():
    answer = Client(headers={"referer": "http://testserver/visits/"}).get("/calendar/?month=2026-11")

    assert answer.url == f"{LOGIN}?next=/calendar/%3Fmonth%3D2026-11"
