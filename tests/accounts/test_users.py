import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Membership, User
from documents.models import Access
from tests.factories import (
    make_attachment,
    make_delegation,
    make_membership,
    make_note,
    make_organisation,
    make_region,
    make_series,
    make_superuser,
    make_unit_user,
    make_user,
    make_visit,
)
from visits.models import Visit, VisitAttachment, VisitNote, VisitSeries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


# Users


def test_a_user_is_made_with_a_hashed_password_and_a_small_e_mail_address():
    user = User.objects.create_user("Siti.Rahma@Batam.GO.ID", "rahasia sekali 1", name="Siti Rahma")

    assert user.email == "siti.rahma@batam.go.id"
    assert user.check_password("rahasia sekali 1")
    assert "rahasia" not in user.password
    assert (user.is_staff, user.is_superuser, user.language, str(user)) == (False, False, "id", "Siti Rahma")


def test_a_user_without_a_password_cannot_sign_in_with_one():
    assert not User.objects.create_user("a@b.id", name="A").has_usable_password()


def test_a_superuser_sees_all_and_a_deactivated_one_nothing():
    boss = User.objects.create_superuser("a@b.id", "x" * 12, name="A")

    assert (boss.is_staff, boss.is_superuser, boss.sees_all, boss.can_log_visits) == (True, True, True, True)
    boss.is_active = False
    assert (boss.sees_all, boss.can_log_visits) == (False, False)


def test_an_e_mail_address_is_used_once_whatever_its_case():
    make_user(email="siti@batam.go.id")

    with pytest.raises(ValidationError) as caught:
        make_user(email="SITI@batam.go.id")
    assert "There is a user with this e-mail address already." in str(caught.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="SITI@batam.go.id", name="x")])


@pytest.mark.parametrize("email", ["", "siti", "siti@", "a b@c.id", "x" * 250 + "@batam.go.id"])
def test_a_wrong_e_mail_address_is_refused(email):
    with pytest.raises(ValidationError):
        User.objects.create_user(email, name="x")


def test_a_user_is_found_by_e_mail_in_any_case():
    user = make_user(email="siti@batam.go.id")

    assert User.objects.get_by_natural_key("Siti@Batam.go.id") == user


def test_the_day_and_the_zone_are_those_of_the_user_then_of_the_region():
    jayapura = make_region("Kota Jayapura", time_zone="Asia/Jayapura")
    user = make_user(jayapura)

    with time_machine.travel(dt.datetime(2026, 11, 21, 16, 30, tzinfo=dt.UTC), tick=False):
        assert user.today() == dt.date(2026, 11, 22)
        user.time_zone = "Europe/London"
        assert user.today() == dt.date(2026, 11, 21)
    assert make_user().zone == zoneinfo.ZoneInfo("Asia/Jakarta")


# Memberships


def test_a_membership_is_of_a_region_or_of_a_unit(batam):
    unit = make_organisation(region=batam)
    for wrong in ({"region": batam, "unit": unit}, {}):
        membership = Membership(user=make_user(), role="VIEWER", **wrong)
        with pytest.raises(ValidationError) as caught:
            membership.full_clean()
        assert caught.value.messages == ["Choose either a region or a unit."]
        with pytest.raises(IntegrityError), transaction.atomic():
            membership.save()


def test_a_member_of_a_unit_is_an_agency_user_or_a_viewer(batam):
    membership = Membership(user=make_user(), unit=make_organisation(region=batam), role="OFFICER")

    with pytest.raises(ValidationError) as caught:
        membership.full_clean()
    assert caught.value.messages == ["A member of a unit is an agency user or a viewer."]


def test_nobody_is_a_member_twice(batam):
    user = make_user(batam)

    with pytest.raises(ValidationError) as caught:
        Membership(user=user, region=batam, role="VIEWER").full_clean()
    assert caught.value.messages == ["The user is a member here already: change the role instead."]


def test_memberships_are_seen_by_their_user_and_the_system_administrator(batam):
    user = make_user(batam)
    make_user(batam)

    assert [m.user for m in Membership.objects.visible_to(user)] == [user]
    assert Membership.objects.visible_to(make_superuser()).count() == 2


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        ("VIEWER", False),
        ("OFFICER", True),
        ("REVIEWER", False),
        ("LEGAL", False),
        ("MANAGER", True),
        ("ADMIN", True),
    ],
)
def test_the_role_says_who_writes(batam, malang, role, writes):
    user = make_user(batam, role)
    make_visit(batam, malang)

    assert user.can_log_visits is writes
    assert (user.may_write_for(batam.pk), user.may_write_for(malang.pk)) == (writes, False)
    assert user.may_write_for(None) is writes
    assert Visit.objects.visible_to(user).exists()
    assert Visit.objects.editable_by(user).exists() is writes


def test_the_home_region_is_the_first_that_is_written_for(batam, malang):
    user = make_user(batam, "VIEWER")
    make_membership(user, malang, role="OFFICER")

    assert user.home_region == malang
    assert make_unit_user(make_organisation(region=batam)).home_region == batam
    assert make_user().home_region is None


# Who sees what


def seen_by(user):
    return {
        "visits": Visit.objects.visible_to(user).count(),
        "papers": VisitAttachment.objects.visible_to(user).count(),
        "notes": VisitNote.objects.visible_to(user).count(),
        "programmes": VisitSeries.objects.visible_to(user).count(),
    }


def test_each_role_sees_what_it_may_and_nothing_else(batam, malang):
    province = make_region("Kepulauan Riau")
    batam.parent = province
    batam.save()
    unit = make_organisation("Bappeda", region=batam)
    visit = make_visit(batam, malang, series=make_series(owner=batam), phase=1)
    make_delegation(visit, organisation=unit, side="HOST")
    make_attachment(visit, batam, content=b"%PDF-1.4 a %%EOF")
    make_attachment(visit, batam, access=Access.RESTRICTED, content=b"%PDF-1.4 b %%EOF")
    make_note(visit, batam)
    make_visit(make_region("Kota Medan"), make_region("Kota Bandung"))

    every, shared, none = (1, 2, 1, 1), (1, 1, 0, 1), (0, 0, 0, 0)
    expected = {
        "host officer": (make_user(batam), every),
        "host viewer": (make_user(batam, "VIEWER"), every),
        "host manager": (make_user(batam, "MANAGER"), every),
        "guest officer": (make_user(malang), shared),
        "guest viewer": (make_user(malang, "VIEWER"), shared),
        "supervising province": (make_user(province, supervises=True), shared),
        "province that does not supervise": (make_user(province), none),
        "agency user": (make_unit_user(unit), shared),
        "agency user of another unit": (make_unit_user(make_organisation("Dinas Pariwisata", region=batam)), none),
        "officer of another region": (make_user(make_region("Kota Surabaya")), none),
        "member of nothing": (make_user(), none),
        "deactivated officer": (make_user(batam, is_active=False), none),
        "deactivated administrator": (make_superuser(is_active=False), none),
        "anonymous": (AnonymousUser(), none),
        "administrator": (make_superuser(), (2, 2, 1, 1)),
    }
    assert {who: tuple(seen_by(user).values()) for who, (user, _seen) in expected.items()} == {
        who: seen for who, (_user, seen) in expected.items()
    }


def test_a_supervisor_reads_and_does_not_write(batam, malang):
    province = make_region("Kepulauan Riau")
    batam.parent = province
    batam.save()
    make_visit(batam, malang)
    user = make_user(province, supervises=True)

    assert not Visit.objects.editable_by(user).exists()
    assert not user.may_write_for(batam.pk)
    assert (user.region_ids, user.own_region_ids) == (sorted([batam.pk, province.pk]), [province.pk])


def test_memberships_are_read_once_a_request(batam, django_assert_num_queries):
    user = User.objects.get(pk=make_user(batam).pk)

    with django_assert_num_queries(1):
        _ = (user.region_ids, user.writing_region_ids, user.unit_ids, user.home_region, user.own_region_ids, user.zone)
