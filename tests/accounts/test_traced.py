"""What is done to accounts is written into the book of what people did: second factors, passwords, rights, sessions."""

import smtplib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from accounts.models import Membership, User
from records.ledger import Deed, Trace
from tests.accounts.test_signing_in import sign_in, switch_second_factor_on, words
from tests.factories import PASSWORD, make_membership, make_organisation, make_region, make_superuser, make_user
from tests.sent import come_in

pytestmark = pytest.mark.django_db
ABOUT_SIGNING_IN = {Deed.SIGNED_IN, Deed.SIGNED_OUT}
NEW = "jalan panjang ke laut"


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def user(batam):
    return make_user(batam, email="siti@batam.go.id", name="Siti", language="en")


@pytest.fixture
def committed(monkeypatch):
    """What waits for the end of a transaction comes at once: a test has none, and after it the request is over."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda done, **_options: done())


@pytest.fixture
def no_mail_server(monkeypatch):
    def refuse(self, messages):
        raise failures.pop(0) if failures else ConnectionRefusedError(111, "Connection refused")

    failures = []
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    return failures


def told(*, but=ABOUT_SIGNING_IN):
    found = Trace.objects.order_by("pk").values_list("deed", "user", "what")
    return [one for one in found if one[0] not in but]


def entered(client, email="siti@batam.go.id"):
    sign_in(client, email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


# Second factors


def test_a_second_factor_and_its_codes(client, user, committed):
    switch_second_factor_on(client)
    assert {one[:2] for one in told()} == {("FACTOR_ADDED", user.pk), ("CODES_MADE", user.pk)}

    before = len(told())
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302

    assert not Authenticator.objects.exists()
    assert [one[:2] for one in told()[before:]] == [("CODES_MADE", user.pk), ("FACTOR_REMOVED", user.pk)]


def test_a_key_that_is_removed_is_named(client, user):
    entered(client)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Kunci di laci", "credential": {}})
    assert WebAuthn(key).name == "Kunci di laci"
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert told() == [("FACTOR_REMOVED", user.pk, "Kunci di laci")]


def test_a_wrong_code_is_a_sign_in_that_failed(client, user, committed):
    switch_second_factor_on(client)
    client.logout()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert told()[-1][:2] == ("SIGN_IN_FAILED", user.pk)


def test_an_administrator_removes_the_factors_of_somebody(client, batam, user):
    Authenticator.objects.create(user=user, type="totp", data={})
    admin = make_superuser()
    come_in(client, admin)
    chosen = {"action": "remove_second_factors", "_selected_action": [user.pk, admin.pk]}
    client.post(reverse("admin:accounts_user_changelist"), chosen)

    assert told() == [("FACTOR_REMOVED", admin.pk, "Siti")]
    assert Trace.objects.get().region_ids == [batam.pk], "who answers for Siti sees it"
    (letter,) = mail.outbox
    assert (letter.to, "Authenticator app" in letter.body) == ([user.email], True), "and so does Siti"


# Passwords


def test_a_password_is_asked_for_by_letter_and_set(client, user):
    client.post(reverse("account_reset_password"), {"email": user.email})
    client.post(reverse("account_reset_password"), {"email": "tidak.ada@batam.go.id"})
    asked = list(Trace.objects.order_by("pk").values_list("deed", "user", "who"))
    assert asked == [("RESET_ASKED", user.pk, "Siti"), ("RESET_ASKED", None, "ti…@batam.go.id")]

    link = next(
        line for m in mail.outbox if m.to == [user.email] for line in m.body.split() if "/password/reset/" in line
    )
    form = client.get(link[link.index("/accounts/") :], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert told()[2:] == [("PASSWORD_CHANGED", user.pk, ""), ("PASSWORD_RESET", user.pk, "")]
    assert not any(NEW in str(one) or "/reset/" in str(one) for one in Trace.objects.values())


def test_a_password_is_changed(client, user):
    entered(client)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), said).status_code == 302

    assert told() == [("PASSWORD_CHANGED", user.pk, "")]


def test_a_password_is_set_by_the_system_administrator(client, batam, user):
    admin = make_superuser()
    come_in(client, admin)
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert client.post(address, {"password1": "x", "password2": "y"}).status_code == 200
    assert told() == []
    said = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert client.post(address, said).status_code == 302

    assert told() == [("PASSWORD_CHANGED", admin.pk, "Siti")]
    assert Trace.objects.get().region_ids == [batam.pk]
    assert [letter.to for letter in mail.outbox] == [[user.email]]


# Rights


def rights():
    found = Trace.objects.filter(deed__in=["RIGHTS_CHANGED", "DEACTIVATED"]).order_by("pk")
    return [(one.deed, one.what, one.detail.get("was", ""), one.detail.get("now", "")) for one in found]


def test_a_role_is_changed_and_a_membership_ended_by_the_administrator_of_the_region(client, batam, user):
    admin = make_user(batam, role="ADMIN", language="en")
    entered(client, admin.email)
    one = Membership.objects.get(user=user)
    edit = reverse("accounts:member-edit", args=[one.pk])
    role = one.role
    client.post(edit, {"role": role, "version": one.version})
    assert rights() == [], "nothing was changed"
    client.post(edit, {"role": "MANAGER", "version": Membership.objects.get(pk=one.pk).version})
    client.post(reverse("accounts:member-end", args=[one.pk]))

    what = "Siti · Kota Batam"
    assert rights() == [("RIGHTS_CHANGED", what, role, "MANAGER"), ("RIGHTS_CHANGED", what, "MANAGER", "")]
    assert set(Trace.objects.filter(deed="RIGHTS_CHANGED").values_list("user", "address")) == {(admin.pk, "127.0.0.1")}


def admin_form(client, page):
    """What the form of Django admin would send back unchanged."""
    form = client.get(page).context["adminform"].form
    sent = {name: form.initial.get(name) for name in form.fields}
    for formset in client.get(page).context["inline_admin_formsets"]:
        made = formset.formset
        sent |= {made.add_prefix(name): made.management_form.initial[name] for name in made.management_form.fields}
        for row in made.initial_forms:
            sent |= {row.add_prefix(name): row.initial.get(name) for name in row.fields}
            sent[row.add_prefix("id")] = row.instance.pk
    return {name: getattr(value, "pk", value) for name, value in sent.items() if value not in (None, False, "")}


def test_memberships_are_given_changed_and_taken_in_django_admin(client, batam, user):
    malang = make_region("Kota Malang", code="35.73")
    come_in(client, make_superuser())
    page = reverse("admin:accounts_user_change", args=[user.pk])

    sent = admin_form(client, page)
    sent |= {"memberships-TOTAL_FORMS": 2, "memberships-0-role": "ADMIN"}
    sent |= {"memberships-1-user": user.pk, "memberships-1-region": malang.pk, "memberships-1-role": "VIEWER"}
    assert client.post(page, sent).status_code == 302
    assert rights() == [
        ("RIGHTS_CHANGED", "Siti · Kota Batam", "OFFICER", "ADMIN"),
        ("RIGHTS_CHANGED", "Siti · Kota Malang", "", "VIEWER"),
    ]
    assert list(Trace.objects.order_by("pk").values_list("region_ids", flat=True)) == [[batam.pk], [malang.pk]]

    sent = admin_form(client, page)
    assert client.post(page, sent | {"memberships-1-DELETE": "on"}).status_code == 302
    assert rights()[2:] == [("RIGHTS_CHANGED", "Siti · Kota Malang", "VIEWER", "")]


def test_a_membership_is_given_and_thrown_away_by_itself(client, batam, user):
    come_in(client, make_superuser())
    unit = make_organisation("Bappeda", batam)
    said = {"user": user.pk, "unit": unit.pk, "role": "UNIT_USER"}
    assert client.post(reverse("admin:accounts_membership_add"), said).status_code == 302
    one = Membership.objects.get(unit=unit)
    client.post(reverse("admin:accounts_membership_delete", args=[one.pk]), {"post": "yes"})

    assert [one[2:] for one in rights()] == [("", "UNIT_USER"), ("UNIT_USER", "")]
    assert all("Bappeda" in one[1] for one in rights())


def test_power_over_the_system_and_the_way_in(client, batam, user):
    come_in(client, make_superuser())
    page = reverse("admin:accounts_user_change", args=[user.pk])
    assert client.post(page, admin_form(client, page) | {"is_superuser": "on"}).status_code == 302
    assert rights() == [("RIGHTS_CHANGED", "Siti", "ACTIVE", "ACTIVE, SYSTEM")]
    User.objects.filter(pk=user.pk).update(is_superuser=False)

    for action in ("deactivate", "deactivate", "activate"):
        client.post(reverse("admin:accounts_user_changelist"), {"action": action, "_selected_action": [user.pk]})
    assert rights()[1:] == [("DEACTIVATED", "Siti", "", ""), ("RIGHTS_CHANGED", "Siti", "", "ACTIVE")]


def test_a_user_who_is_deleted_loses_all(client, batam, user):
    come_in(client, make_superuser())
    client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})

    assert not User.objects.filter(pk=user.pk).exists()
    assert {one[1:] for one in rights()} == {("Siti · Kota Batam", "OFFICER", ""), ("Siti", "ACTIVE", "")}


def test_who_answers_for_the_region_reads_what_the_system_administrator_gave(client, batam, user):
    come_in(client, make_superuser())
    make_membership(user, unit=(unit := make_organisation("Bappeda", batam)), role="UNIT_USER")
    page = reverse("admin:accounts_membership_delete", args=[Membership.objects.get(unit=unit).pk])
    client.post(page, {"post": "yes"})

    manager = make_user(batam, role="MANAGER")
    other = make_user(make_region("Kota Malang"), role="MANAGER")
    assert Trace.objects.visible_to(manager).filter(deed="RIGHTS_CHANGED").count() == 1
    assert Trace.objects.visible_to(other).filter(deed="RIGHTS_CHANGED").count() == 0
    client.force_login(manager)
    assert "before: Agency user" in words(client.get(reverse("ledger:traces")))


# Sessions


def test_a_session_that_is_ended_elsewhere(client, user):
    sign_in(client, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140")
    client.post(reverse("accounts:sessions-end"))

    assert ("SESSION_ENDED", user.pk, "Firefox, Windows") in told()


# The mail server is dead


@pytest.mark.parametrize("who", ["siti@batam.go.id", "tidak.ada@batam.go.id"])
@pytest.mark.parametrize("error", [None, smtplib.SMTPServerDisconnected("gone"), TimeoutError("timed out")])
def test_a_letter_that_cannot_leave_is_said_in_plain_words_to_everybody_alike(client, user, no_mail_server, who, error):
    no_mail_server += [error] if error else []
    answer = client.post(reverse("account_reset_password"), {"email": who})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "300"
    assert "The letter could not be sent" in words(answer)
    assert who not in words(answer)


def test_another_address_waits_for_its_letter(client, user, no_mail_server):
    entered(client)
    answer = client.post(reverse("account_email"), {"email": "bupati@malang.go.id", "action_add": ""})
    user.refresh_from_db()

    assert answer.status_code == 503
    assert user.email == "siti@batam.go.id"
    assert client.get(reverse("account_email")).status_code == 200


def test_what_is_done_stands_though_no_letter_tells_of_it(client, user, no_mail_server):
    entered(client)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), said).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/me/").status_code == 200


# A copy that is held


@pytest.mark.parametrize("who", ["siti@batam.go.id", "tidak.ada@batam.go.id"])
def test_no_letter_about_a_password_leaves_a_copy_that_is_held(client, user, settings, who):
    settings.NOTICE_HOLD = True
    answer = client.post(reverse("account_reset_password"), {"email": who})

    assert answer.status_code == 503
    assert "Retry-After" not in answer.headers
    assert "This is a copy that was restored from a backup: no letter leaves from here." in words(answer)
    assert mail.outbox == []
    assert [deed for deed, *_rest in told()] == [Deed.RESET_ASKED]


def test_the_administrator_of_a_restored_copy_signs_in_and_changes_the_password(client):
    make_superuser(email="admin@kemendagri.example", language="en")
    Trace.objects.create(deed=Deed.BACKUP_RESTORED, what="2026-11-22T19:15:00+00:00")

    entered(client, "admin@kemendagri.example")
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    assert client.post(reverse("account_change_password"), said).status_code == 302
    assert User.objects.get().check_password(NEW)
    assert mail.outbox == []
