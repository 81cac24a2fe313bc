"""When and how one is told; and switching it off from a letter."""

import datetime as dt
import re

import pytest
from django.test import Client

from notices.letters import UNSUBSCRIBE, unsubscribe_url
from notices.models import Channel, OptOut, Preference, Topic
from tests.factories import make_user
from tests.sent import problems_on

pytestmark = pytest.mark.django_db
URL = "/me/notices/"


@pytest.fixture
def user(client):
    user = make_user(name="Siti", language="en", time_zone="Asia/Makassar")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def wanted(*but, **changed):
    boxes = {f"{topic}-{channel}": "on" for topic in Topic.values for channel in Channel.values}
    return {name: on for name, on in boxes.items() if name not in but} | {"digest_at": "07:00"} | changed


def ticked(answer):
    boxes = re.findall(r'<input type="checkbox" name="[A-Z]+-[A-Z]+"[^>]*>', answer.content.decode())
    return len(boxes), len([box for box in boxes if " checked" in box])


def off(user):
    return set(OptOut.objects.filter(user=user).values_list("topic", "channel"))


def test_the_page_shows_the_defaults_and_makes_nothing(client, user):
    page = client.get(URL).content.decode()

    assert 'value="07:00"' in page
    assert ticked(client.get(URL)) == (24, 24)
    assert "Asia/Makassar" in page
    assert not Preference.objects.exists()


def test_what_is_chosen_is_kept_and_shown(client, user):
    answer = client.post(URL, wanted("TASKS-EMAIL", digest_at="06:30", gateway_address="+62811"))

    kept = Preference.objects.get(user=user)
    assert answer.url == URL
    assert (kept.digest_at, kept.gateway_address) == (dt.time(6, 30), "+62811")
    assert off(user) == {("TASKS", "EMAIL")}
    assert ticked(client.get(URL)) == (24, 23)

    client.post(URL, wanted("REPORTS-WEBHOOK", version=kept.version))
    assert off(user) == {("REPORTS", "WEBHOOK")}


def test_a_first_form_that_is_sent_twice_is_kept_once(client, user):
    assert [client.post(URL, wanted("TASKS-EMAIL")).status_code for _ in range(2)] == [302, 302]
    assert Preference.objects.count() == 1
    assert off(user) == {("TASKS", "EMAIL")}


@pytest.mark.parametrize("hour", ["", "25:00", "03:59", "22:01", "noon"])
def test_a_wrong_hour_is_explained_and_nothing_typed_is_lost(client, user, hour):
    answer = client.post(URL, wanted("TASKS-EMAIL", digest_at=hour, gateway_address="+62811"))

    assert answer.status_code == 422
    assert problems_on(answer)
    assert 'value="+62811"' in answer.content.decode()
    assert ticked(answer) == (24, 23)
    assert off(user) == set()


def test_two_who_change_it_at_once_see_each_other(client, user):
    client.post(URL, wanted())
    read = Preference.objects.get().version
    client.post(URL, wanted(gateway_address="+62811", version=read))

    answer = client.post(URL, wanted(gateway_address="+62822", version=read))

    assert answer.status_code == 409
    assert "+62811" in answer.content.decode()
    assert Preference.objects.get().gateway_address == "+62811"


def test_nobody_without_signing_in():
    assert Client().get(URL).status_code == 302


# The link in a letter


def path_of(user, *topics, channel="EMAIL"):
    return unsubscribe_url(user.pk, channel, topics).removeprefix("http://localhost:8000")


def test_opening_the_link_changes_nothing_pressing_the_button_does():
    user, client = make_user(), Client()
    client.cookies["django_language"] = "en"
    path = path_of(user, "TASKS", "ENDINGS")

    page = client.get(path).content.decode()
    assert "Ends and notice dates of agreements" in page
    assert off(user) == set()
    assert user.email not in page

    assert "Switched off" in client.post(path).content.decode()
    client.post(path)
    assert off(user) == {("TASKS", "EMAIL"), ("ENDINGS", "EMAIL")}


def test_a_mail_program_presses_it_without_cookie_or_token():
    user = make_user()
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(
        path_of(user, "TASKS"), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert off(user) == {("TASKS", "EMAIL")}


@pytest.mark.parametrize("forge", [lambda t: t[:-2] + "AA", lambda t: "x" + t, lambda t: "nonsense"])
def test_a_link_that_was_changed_leads_nowhere(forge):
    user = make_user()
    path = path_of(user, "TASKS")
    token = path.split("/")[-2]

    assert Client().post(path.replace(token, forge(token))).status_code == 404
    assert off(user) == set()


def test_a_topic_of_long_ago_is_passed_over_and_a_user_who_is_gone_is_not_found():
    user = make_user()
    old = UNSUBSCRIBE.sign_object([user.pk, "EMAIL", ["GONE", "TASKS"]])

    assert Client().post(f"/unsubscribe/{old}/").status_code == 200
    assert off(user) == {("TASKS", "EMAIL")}
    user.delete()
    assert Client().get(f"/unsubscribe/{old}/").status_code == 404


def test_who_may_not_sign_in_any_more_still_switches_letters_off():
    user = make_user(is_active=False)

    assert Client().post(path_of(user, "ASSIGNED")).status_code == 200
    assert off(user) == {("ASSIGNED", "EMAIL")}


@pytest.mark.parametrize(("language", "heading"), [("en", "No more of these"), ("id", "Berhenti menerima")])
def test_the_page_speaks_as_the_letter_did(language, heading):
    reader = Client(headers={"Accept-Language": "id" if language == "en" else "en"})

    assert heading in reader.get(path_of(make_user(language=language), "ASSIGNED")).content.decode()


def test_a_page_that_was_open_before_does_not_switch_on_what_a_letter_switched_off(client, user):
    shown = {f"initial-{name}": "True" for name in wanted() if name != "digest_at"}
    Client().post(path_of(user, "ASSIGNED"))

    client.post(URL, wanted("TASKS-EMAIL", digest_at="08:00") | shown)

    assert Preference.objects.get(user=user).digest_at == dt.time(8)
    assert off(user) == {("ASSIGNED", "EMAIL"), ("TASKS", "EMAIL")}
    assert client.get(URL).content.decode().count('name="initial-') == len(shown)
