"""People and their memberships in Django admin."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from records.models import Trace
from tests import factories as make
from tests.sent import come_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make.make_region("Kota Batam")


@pytest.mark.parametrize("name", ["admin:password_change", "admin:password_change_done"])
def test_the_own_password_is_changed_on_the_page_of_the_product_only(client, batam, name):
    me = make.make_member(batam, "ADMIN")
    come_in(client, me)
    new = "quite a new secret 5"
    sent = {"old_password": make.PASSWORD, "new_password1": new, "new_password2": new}

    answers = [client.get(reverse(name)), client.post(reverse(name), sent)]

    assert [answer["Location"] for answer in answers] == [reverse("account_change_password")] * 2
    me.refresh_from_db()
    assert me.check_password(make.PASSWORD)


@pytest.mark.parametrize("role", ["ADMIN", "system"])
def test_a_membership_is_changed_in_its_role_and_goes_to_nobody_else(client, role):
    province = make.make_province("Kepulauan Riau")
    come_in(client, make.make_superuser() if role == "system" else make.make_member(province, role))
    given = make.make_officer(province, supervises=True).memberships.get()
    unit = make.make_organisation("Dinas Pariwisata", province)
    friend = make.make_membership(make.make_user(), unit=unit, role="VIEWER").user
    sent = {"user": friend.pk, "region": "", "unit": unit.pk, "role": "MANAGER", "supervises": "on"}

    answer = client.post(
        reverse("admin:accounts_membership_change", args=[given.pk]), sent | {"version_read": given.version}
    )

    assert answer.status_code == 302
    now = Membership.objects.get(pk=given.pk)
    assert (now.user, now.region, now.unit, now.role) == (given.user, province, None, "MANAGER")


def test_a_membership_on_the_page_of_its_user_names_the_same_region_for_ever(client, batam):
    come_in(client, make.make_superuser())
    user = make.make_officer(batam)
    given, jambi = user.memberships.get(), make.make_region("Kota Jambi")
    address = reverse("admin:accounts_user_change", args=[user.pk])
    sent = {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "1"}
    sent |= {"memberships-0-id": given.pk, "memberships-0-user": user.pk, "memberships-0-version_read": given.version}
    sent |= {"memberships-0-region": jambi.pk, "memberships-0-role": "VIEWER"}
    sent |= {"memberships-1-user": user.pk, "memberships-1-region": jambi.pk, "memberships-1-role": "VIEWER"}
    own = {"email": user.email, "name": user.name, "language": "en", "is_active": "on", "version_read": user.version}

    assert client.post(address, sent | own).status_code == 302

    found = Membership.objects.filter(user=user).order_by("pk").values_list("region", "role")
    assert list(found) == [(batam.pk, "VIEWER"), (jambi.pk, "VIEWER")]


def new_passwords(client, batam):
    """What is sent to the two forms of the system administrator that take a password: address, fields."""
    new = {"password1": "quite a new secret 5", "password2": "quite a new secret 5", "usable_password": "true"}
    user = make.make_officer(batam)
    yield reverse("admin:auth_user_password_change", args=[user.pk]), new
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    yield (
        reverse("admin:accounts_user_add"),
        {"email": "baru@example.org", "name": "Baru", "language": "id"} | new | rows,
    )


def test_a_new_password_of_somebody_is_typed_after_the_own_one(client, batam):
    client.force_login(make.make_superuser())
    for address, sent in new_passwords(client, batam):
        asked = [client.get(address).url, client.post(address, sent, follow=True).redirect_chain[-1][0]]

        assert asked == [f"{reverse('account_reauthenticate')}?next={quote(address, safe='')}"] * 2
        assert "secret" not in str(dict(client.session.items()))
    assert not User.objects.filter(email="baru@example.org").exists()
    assert not Trace.objects.filter(deed="PASSWORD_CHANGED").exists()


def test_a_new_password_of_somebody_is_set_by_who_has_shown_who_they_are(client, batam):
    come_in(client, make.make_superuser())
    for address, sent in new_passwords(client, batam):
        assert client.get(address).status_code == 200
        assert client.post(address, sent).status_code == 302

    assert User.objects.get(email="baru@example.org").check_password("quite a new secret 5")
    assert Trace.objects.filter(deed="PASSWORD_CHANGED").count() == 1


def test_who_has_had_a_letter_is_deactivated_instead_of_deleted(client, batam):
    come_in(client, make.make_superuser(language="en"))
    user = make.make_officer(batam)
    make.make_notice(user)

    for address, sent in (
        (reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}),
        (
            reverse("admin:accounts_user_changelist"),
            {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"},
        ),
    ):
        answer = client.post(address, sent)

        assert answer.status_code == 200
        assert "Deactivate them instead." in answer.content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_who_never_had_a_letter_is_deleted(client, batam):
    come_in(client, make.make_superuser())
    user = make.make_officer(batam)

    assert client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"}).status_code == 302

    assert not User.objects.filter(pk=user.pk).exists()
