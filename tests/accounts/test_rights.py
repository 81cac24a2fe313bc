"""The table of rights: it is what docs/rights.md says, every line of it is asked for, and nothing else decides."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.management.commands.rights import as_markdown
from accounts.rights import RULES, Actor, Place, Right, Role, actor_of
from tests.factories import make_member, make_membership, make_organisation, make_province, make_region, make_user

APPS = [
    "accounts", "agreements", "config", "dashboards", "documents", "followups", "ledger", "notices", "pages", "records",
    "regions", "sides", "visits",
]  # fmt: skip
DOOR = "accounts/rights.py"
# Words that happen to be those of a role, and constraints that say what a membership may be.
OTHER_WORDS = {
    "accounts/models.py": {"UNIT_USER", "VIEWER"},  # of a unit: held by the database
    "agreements/data/actors.py": {"LEGAL"},  # who does a step of a process
    "agreements/data/domestic.py": {"LEGAL"},
    "followups/models/kinds.py": {"MANAGER"},  # to whom a rule of reminding writes
}
DEFAULTS = {"accounts/models.py": {"VIEWER"}}  # what a form begins with


def modules():
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            name = str(path.relative_to(settings.BASE_DIR))
            if "/migrations/" not in name and name != DOOR:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def names_of_roles(tree):
    """`Role.OFFICER`, "OFFICER"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role":
            yield "Role", node.attr
        elif isinstance(node, ast.Constant) and node.value in Role.values:
            yield "text", node.value


def test_nobody_else_names_a_role():
    found = {}
    for name, tree in modules():
        for how, role in names_of_roles(tree):
            allowed = DEFAULTS if how == "Role" else OTHER_WORDS
            if role in Role.values and role not in allowed.get(name, ()):
                found.setdefault(name, set()).add(role)

    assert found == {}, "ask user.may(Right…) instead"


def test_the_search_for_roles_finds_them():
    tree = ast.parse('if m.role == Role.OFFICER or m.role in ("MANAGER",): pass')

    assert set(names_of_roles(tree)) == {("Role", "OFFICER"), ("text", "MANAGER")}


def test_the_flags_of_django_decide_nothing():
    """`sees_all` is the system administrator; `is_staff` has no meaning."""
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("is_staff", "is_superuser", "has_perm", "has_perms")
    }

    assert found == {"accounts/models.py"}


def test_every_right_is_asked_for():
    asked = set()
    for name, tree in modules():
        if name == "accounts/management/commands/rights.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Right":
                asked.add(node.attr)
            elif isinstance(node, ast.Constant) and node.value in Right.values:
                asked.add(node.value)

    assert set(Right.names) - asked == set()


def test_every_right_has_its_rule_and_the_system_administrator_has_all_but_speaking_for_a_side():
    assert set(RULES) == set(Right)
    without = {right for right, rule in RULES.items() if Actor.SYSTEM not in rule.actors}
    assert without == {Right.PROPOSE_CORRECTIONS, Right.CONFIRM_SIDE, Right.SHARE_VIEWS}
    assert [right for right in Right if RULES[right].on == Place.INSTALLATION and len(RULES[right].actors) > 1] == []


def test_the_page_of_the_documentation_says_what_the_code_does(capsys):
    call_command("rights", "--check")
    call_command("rights")

    assert as_markdown() in capsys.readouterr().out


# The door


@pytest.mark.django_db
def test_each_membership_counts_in_its_own_place():
    batam, malang = make_region("Kota Batam"), make_region("Kabupaten Malang")
    unit = make_organisation("Dinas Pangan", region=malang)
    user = make_member(batam, "MANAGER")
    make_membership(user, malang, role="VIEWER")
    make_membership(user, unit=unit, role="UNIT_USER")

    assert user.regions_for(Right.WAIVE_GATES) == [batam.pk]
    assert user.regions_for(Right.SEE_RECORDS) == sorted([batam.pk, malang.pk])
    assert user.units_for(Right.WORK) == [unit.pk]
    assert user.may(Right.WORK, malang.pk) is False
    assert user.may(Right.WORK, malang.pk, unit.pk) is True
    assert user.may(Right.KEEP_RECORDS, malang.pk, unit.pk) is False


@pytest.mark.django_db
def test_a_supervising_province_sees_and_does_not_write():
    province = make_province()
    below, elsewhere = make_region("Kabupaten Malang", parent=province), make_region("Kota Batam")
    user = make_user(province, "OFFICER", supervises=True)

    assert user.regions_for(Right.SEE_RECORDS) == sorted([province.pk, below.pk])
    assert user.regions_for(Right.KEEP_RECORDS) == [province.pk]
    assert user.regions_for(Right.SEE_RESTRICTED) == [province.pk]
    assert user.may(Right.SEE_RECORDS, elsewhere.pk) is False


@pytest.mark.django_db
def test_what_is_nobodys_is_for_the_system_administrator():
    assert make_member(role="ADMIN").may(Right.CHANGE_PAPERS, None) is False
    assert make_user(is_superuser=True).may(Right.CHANGE_PAPERS, None) is True


@pytest.mark.django_db
def test_who_is_deactivated_may_nothing():
    user = make_member(role="ADMIN")
    user.is_active = False

    assert [right for right in Right if user.may_somewhere(right)] == []
    boss = make_user(is_superuser=True, is_active=False)
    assert [right for right in Right if boss.may_somewhere(right)] == []


@pytest.mark.django_db
def test_an_agency_user_without_a_unit_only_sees():
    user = make_member(role="UNIT_USER")

    assert actor_of(user.memberships.get()) == Actor.VIEWER


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_second_factors_may_be_demanded_of_those_who_decide(role):
    assert make_member(role=role).is_entrusted == (role in ("MANAGER", "ADMIN"))
    assert make_user(is_superuser=True).is_entrusted
