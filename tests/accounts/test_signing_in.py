import re
import time

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.http import int_to_base36

from accounts.models import User
from accounts.tasks import clear_expired_sessions
from config.cache import Outage
from records.ledger import Trace
from tests.factories import PASSWORD, make_region, make_superuser, make_user
from tests.sent import come_in, sent_by

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
CODE_LIVES = 30  # seconds: MFA_TOTP_PERIOD's default


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def user():
    return make_user(make_region("Kota Batam"), email="siti@batam.go.id", language="en")


def sign_in(client, email="siti@batam.go.id", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_one_signs_in_by_e_mail_in_any_case(client, user):
    answer = sign_in(client, "Siti@Batam.go.id")

    assert answer.status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_wrong_password_does_not_tell_who_exists(client, user):
    known = sign_in(client, password="salah sekali 1")
    unknown = sign_in(client, "tidak.ada@batam.go.id", "salah sekali 1")

    def errors(answer):
        return re.sub(r"siti|tidak\.ada", "X", str(answer.context["form"].errors))

    assert known.status_code == unknown.status_code
    assert errors(known) == errors(unknown)
    assert known.context["form"].errors


def test_a_deactivated_user_cannot_come_in_and_is_out_at_once(client, user):
    sign_in(client)
    assert client.get("/me/").status_code == 200

    user.is_active = False
    user.save()

    assert client.get("/me/").status_code == 302
    sign_in(client)
    assert client.get("/me/").status_code == 302


def test_whoever_is_deactivated_by_an_administrator_is_out_of_every_browser_at_once(user):
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser)
        assert browser.get("/me/").status_code == 200
    admin = Client()
    come_in(admin, make_superuser())
    admin.post(reverse("admin:accounts_user_changelist"), {"action": "deactivate", "_selected_action": [user.pk]})

    for browser in browsers:
        assert browser.get("/me/").status_code == 302
        assert browser.get("/visits/", headers={"HX-Request": "true"}).status_code in (302, 401)
        browser.post("/me/", {"name": "Lain", "language": "id", "version": user.version})
    user.refresh_from_db()
    assert user.name != "Lain"


def test_a_new_password_ends_the_sessions_of_the_old_one(client, user):
    sign_in(client)

    user.set_password("jalan panjang ke laut")
    user.save()

    assert client.get("/me/").status_code == 302


def test_five_wrong_passwords_in_five_minutes_end_in_a_page_that_says_so(client, user):
    with time_machine.travel("2026-11-22T03:00Z", tick=False) as clock:
        answers = [sign_in(client, password=f"salah sekali {n}") for n in range(6)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert "Wait 5 minutes" in words(answers[5])
        assert answers[5].headers["Retry-After"] == "300"
        assert sign_in(client).status_code == 429  # not even with the right password
        clock.shift(301)
        assert sign_in(client).status_code == 302


def test_an_attacker_elsewhere_does_not_lock_the_owner_out(client, user):
    with time_machine.travel("2026-11-22T03:00Z", tick=False):
        for address in ("203.0.113.7", "203.0.113.8", "203.0.113.9"):
            answers = [sign_in(client, password=f"salah {n}", REMOTE_ADDR=address).status_code for n in range(6)]
            assert answers == [200] * 5 + [429]

        assert sign_in(client, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_ten_wrong_passwords_a_minute_from_one_address_are_enough_whoever_is_meant(client, user):
    with time_machine.travel("2026-11-22T03:00Z") as clock:
        wrong = [sign_in(client, f"orang{n}@batam.go.id", "salah sekali 1").status_code for n in range(11)]

        assert wrong == [200] * 10 + [429]
        clock.shift(61)
        assert sign_in(client).status_code == 302


def test_many_addresses_at_once_find_an_end_too_but_not_where_the_owner_is_at_home(client, user):
    at_home = "198.51.100.1"
    assert sign_in(client, REMOTE_ADDR=at_home).status_code == 302
    with time_machine.travel("2026-11-22T03:00Z", tick=False) as clock:
        for n in range(100):
            attacker = Client(REMOTE_ADDR=f"203.0.113.{n + 1}")
            assert sign_in(attacker, password="salah sekali 1").status_code == 200

        assert sign_in(Client(REMOTE_ADDR="203.0.113.200")).status_code == 429
        assert sign_in(Client(REMOTE_ADDR=at_home)).status_code == 302
        clock.shift(3601)
        assert sign_in(Client(REMOTE_ADDR="203.0.113.201")).status_code == 302


def test_without_redis_wrong_passwords_are_counted_in_the_database(client, user, monkeypatch):
    monkeypatch.setattr(Outage, "over_at", float("inf"))

    answers = [sign_in(client, password=f"salah sekali {n}").status_code for n in range(6)]

    assert answers == [200] * 5 + [429]
    assert sign_in(client, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_a_code_of_the_second_factor_is_not_guessed(client, user):
    switch_second_factor_on(client)
    client.logout()
    client.cookies["django_language"] = "en"
    sign_in(client)

    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}) for n in range(8)]

    assert "Too many wrong codes. Wait" in words(answers[5])
    assert client.get("/me/").status_code == 302


def test_a_stolen_session_does_not_guess_the_password_when_it_is_asked_again(client, user):
    sign_in(client)
    answers = [client.post(reverse("account_reauthenticate"), {"password": f"salah {n}"}) for n in range(7)]

    assert answers[-1].status_code == 429


def test_signing_in_makes_another_session_key(client, user):
    client.get(LOGIN)
    client.session["planted"] = True
    before = client.session.session_key or ""
    sign_in(client)

    assert client.session.session_key != before


def test_the_sign_in_page_leads_only_back_to_us(client, user):
    answer = client.post(
        LOGIN + "?next=https://example.org/",
        {"login": user.email, "password": PASSWORD, "next": "https://example.org/"},
    )

    assert answer.url == "/"


def test_nobody_signs_up(client):
    assert "email" not in (client.get(reverse("account_signup")).context.get("form") or [])
    client.post(reverse("account_signup"), {"email": "baru@batam.go.id", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.exists()


def test_a_forgotten_password_is_reset_by_letter_and_strangers_learn_nothing(client, user):
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "tidak.ada@batam.go.id"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    letter = next(m for m in mail.outbox if m.to == [user.email])
    address = re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1]
    form = client.get(address, follow=True)
    client.post(
        form.redirect_chain[-1][0], {"password1": "jalan panjang ke laut", "password2": "jalan panjang ke laut"}
    )
    assert sign_in(client, password="jalan panjang ke laut").status_code == 302


def code_for(secret):
    """A code with at least five of its thirty seconds left: a browser needs a moment to send it."""
    left = CODE_LIVES - time.time() % CODE_LIVES
    if left < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def switch_second_factor_on(client):
    """Signs in and scans the picture; the secret."""
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))
    if asked.status_code == 302:
        client.post(asked.url, {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    return secret


def test_a_second_factor_is_switched_on_and_then_asked_for(client, user):
    secret = switch_second_factor_on(client)

    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    client.logout()
    asked = sign_in(client)
    assert asked.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/me/").status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()  # a code is taken once; the test has no time to wait for the next
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get("/me/").status_code == 200


def test_a_code_of_the_second_factor_works_once(client, user):
    with time_machine.travel("2026-11-22T03:00Z", tick=False) as clock:
        secret = switch_second_factor_on(client)
        clock.shift(60)
        codes = []
        for _n in range(2):
            client.logout()
            sign_in(client)
            client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
            codes.append(client.get("/me/").status_code)

    assert codes == [200, 302]


def test_a_reset_does_not_get_round_the_second_factor(client, user):
    switch_second_factor_on(client)
    client.logout()
    client.post(reverse("account_reset_password"), {"email": user.email})
    letter = next(m for m in mail.outbox if m.to == [user.email] and "/accounts/password/reset" in m.body)
    form = client.get(re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1], follow=True)
    new = {"password1": "jalan panjang ke laut", "password2": "jalan panjang ke laut"}
    client.post(form.redirect_chain[-1][0], new)

    assert client.get("/me/").status_code == 302
    assert sign_in(client, password="jalan panjang ke laut").url.startswith(reverse("mfa_authenticate"))
    assert client.get("/me/").status_code == 302


def test_another_address_counts_only_once_it_is_confirmed(client, user):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "bupati@malang.go.id", "action_add": ""})
    user.refresh_from_db()

    assert user.email == "siti@batam.go.id"
    letter = next(m for m in mail.outbox if m.to == ["bupati@malang.go.id"])
    address = re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1]
    client.post(address)
    user.refresh_from_db()
    assert user.email == "bupati@malang.go.id"


def test_an_address_that_was_only_asked_for_gets_no_letter_that_opens_the_account(client, user):
    EmailAddress.objects.create(user=user, email="salah@lain.example", verified=False)

    client.post(reverse("account_reset_password"), {"email": "salah@lain.example"})

    assert [letter.to for letter in mail.outbox] == [["salah@lain.example"]]
    assert "/accounts/password/reset/key/" not in mail.outbox[0].body


def test_the_letter_for_a_new_password_goes_to_whose_address_it_is(client, user):
    asking = make_user(email="dalam@batam.go.id")
    EmailAddress.objects.create(user=asking, email=user.email, verified=True)

    client.post(reverse("account_reset_password"), {"email": "SITI@batam.go.id"})

    found = [
        letter for letter in mail.outbox if f"/accounts/password/reset/key/{int_to_base36(user.pk)}-" in letter.body
    ]
    assert [letter.to for letter in found] == [[user.email]]
    assert len(mail.outbox) == 1


def test_an_address_that_somebody_else_was_given_meanwhile_is_not_confirmed(client, user):
    asking = make_user(make_region("Kota Malang"), email="dalam@malang.go.id")
    pending = EmailAddress.objects.create(user=asking, email=user.email, verified=False)

    answer = client.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(pending).key]), follow=True)

    asking.refresh_from_db()
    assert answer.status_code == 200
    assert "Unable to confirm siti@batam.go.id" in words(answer)
    assert asking.email == "dalam@malang.go.id"
    assert not asking.emailaddress_set.filter(verified=False).exists()


def test_whose_address_was_once_somebody_elses_comes_in_with_it(client):
    former = make_user(email="lama@batam.go.id")
    EmailAddress.objects.create(user=former, email="siti@batam.go.id", verified=True, primary=True)
    siti = make_user(make_region("Kota Batam"), email="masih.salah@batam.go.id")
    admin = Client()
    come_in(admin, make_superuser())
    page = reverse("admin:accounts_user_change", args=[siti.pk])

    given = sent_by(admin.get(page), "user_form") | {"email": "siti@batam.go.id"}

    assert admin.post(page, given).status_code == 302
    sign_in(client)
    assert client.session["_auth_user_id"] == str(siti.pk)


def test_signing_in_failing_and_leaving_are_written_down(client, user):
    sign_in(client, password="salah sekali 1")
    sign_in(client, "tidak.ada@batam.go.id", "salah sekali 1")
    sign_in(client)
    client.post(reverse("account_logout"))

    told = list(Trace.objects.order_by("pk").values_list("deed", "user", "address"))
    assert told == [
        ("SIGN_IN_FAILED", user.pk, "127.0.0.1"),
        ("SIGN_IN_FAILED", None, "127.0.0.1"),
        ("SIGNED_IN", user.pk, "127.0.0.1"),
        ("SIGNED_OUT", user.pk, "127.0.0.1"),
    ]
    assert "tidak" not in str(list(Trace.objects.values()))


def test_pages_of_signing_in_answer(client, user):
    for name in ("account_login", "account_reset_password"):
        assert client.get(reverse(name)).status_code == 200
    sign_in(client)
    for name in ("account_email", "account_change_password", "mfa_index", "account_logout"):
        assert client.get(reverse(name)).status_code == 200


def test_old_sessions_are_cleared_and_living_ones_stay(client, user):
    sign_in(client)
    living = client.session.session_key
    Session.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00Z")

    clear_expired_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == [living]


def test_who_signs_out_reads_that_what_is_unsaved_goes(client):
    client.force_login(make_user(language="en"))

    answer = client.get("/accounts/logout/")

    assert "What is kept unsaved in this browser will be deleted." in answer.text
