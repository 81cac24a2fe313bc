import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from tests.factories import make_membership, make_organisation, make_region, make_superuser, make_user

pytestmark = pytest.mark.django_db
URL = "/me/"


@pytest.fixture
def user(client):
    user = make_user(make_region("Kota Batam"), name="Siti Rahma", language="id")
    client.force_login(user)
    return user


def send(client, user, **changed):
    user.refresh_from_db()
    return client.post(
        URL, {"name": "Siti Rahma", "language": "id", "time_zone": "", "version": user.version} | changed
    )


def test_the_page_shows_preferences_memberships_and_the_ways_to_sign_in(client, user):
    make_membership(user, unit=make_organisation("Bappeda", region=make_region()), role="UNIT_USER")
    client.cookies["django_language"] = "en"

    page = client.get(URL).content.decode()

    for text in ("siti rahma".title(), "Cooperation officer", "Kota Batam", "Agency user", "Bappeda"):
        assert text in page
    for name in ("account_email", "account_change_password", "mfa_index"):
        assert f'href="{reverse(name)}"' in page


def test_a_member_of_nothing_and_the_administrator_are_told_where_they_stand(client):
    client.cookies["django_language"] = "en"
    client.force_login(make_user())
    assert "You are a member of no region yet" in client.get(URL).content.decode()
    client.force_login(make_superuser())
    assert "you see the records of all regions" in client.get(URL).content.decode()


def test_preferences_are_kept_and_the_language_goes_into_the_cookie(client, user):
    answer = send(client, user, name="Siti R. Dewi", language="en", time_zone="Asia/Makassar")

    assert answer.url == URL
    assert answer.cookies["django_language"].value == "en"
    user.refresh_from_db()
    assert (user.name, user.language, user.time_zone) == ("Siti R. Dewi", "en", "Asia/Makassar")
    assert 'lang="en"' in client.get(URL).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 200}, {"language": "nl"}, {"time_zone": "Mars/Olympus"}, {"language": ""}]
)
def test_wrong_values_are_refused_and_what_was_typed_stays(client, user, wrong):
    answer = send(client, user, **{"name": "Nama Baru"} | wrong)

    assert answer.status_code == 422
    assert "Nama Baru" in answer.content.decode() or "name" in wrong
    assert User.objects.get(pk=user.pk).name == "Siti Rahma"
    assert "Siti Rahma" in answer.content.decode()  # the frame still greets by the true name


def test_signing_in_elsewhere_is_no_conflict_but_a_change_is(client, user):
    read = user.version
    User.objects.filter(pk=user.pk).update(last_login="2026-11-22T00:00Z")
    assert send(client, user, version=read, name="Satu").status_code == 302

    User.objects.filter(pk=user.pk).update(name="Diubah admin")
    stale = client.post(URL, {"name": "Dua", "language": "id", "time_zone": "", "version": read + 1})

    assert stale.status_code == 409
    assert "Diubah admin" in stale.content.decode()


def test_nobody_makes_themselves_an_administrator(client, user):
    send(client, user, is_superuser="on", is_staff="on", email="boss@batam.go.id")

    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff, user.email == "boss@batam.go.id") == (False, False, False)


def test_strangers_sign_in_first_and_other_methods_are_refused(client):
    assert client.get(URL).status_code == 302
    client.force_login(make_user())
    assert client.delete(URL).status_code == 405


# The language and zone of every page


def language_of(answer):
    return answer.headers["Content-Language"]


def test_a_stranger_reads_indonesian_whatever_the_browser_says(client):
    page = client.get(reverse("account_login"), headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert language_of(page) == "id"
    assert '<html lang="id"' in page.content.decode()


@pytest.mark.parametrize(
    ("cookie", "own", "language"),
    [
        ("", "id", "id"),
        ("", "en", "en"),
        ("en", "id", "en"),
        ("id", "en", "id"),
        ("xx", "en", "id"),
        ("../..", "id", "id"),
    ],
)
def test_the_cookie_goes_before_the_users_own_language(client, cookie, own, language):
    client.force_login(make_user(language=own))
    if cookie:
        client.cookies["django_language"] = cookie

    assert language_of(client.get(URL)) == language


def test_the_switch_works_for_strangers(client):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("account_login")})

    assert language_of(client.get(reverse("account_login"))) == "en"


def test_nothing_of_one_request_is_left_for_the_next(client):
    client.force_login(make_user(language="en", time_zone="Asia/Tokyo"))
    client.get(URL)

    assert timezone.get_current_timezone_name() == "Asia/Jakarta"
    client.logout()
    assert language_of(client.get(reverse("account_login"))) == "id"
    assert translation.get_language() is not None
