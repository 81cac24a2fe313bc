"""Operations of migrations that put tables under guard: row-level security for the roles of `records.rows`.

A table that holds data of a side is guarded in the migration that makes it:

    Guard("sides_correction", sees=f"{of('visits_visit', 'visit_id')} OR {of('agreements_agreement', 'agreement_id')}"),
    GuardHistory("sides_correctionevent", sees=…),

`sees` and the others are SQL over the columns of the row; the words below help. What a key points to is guarded itself,
so `of()` asks no more than whether the parent is there. Every other table stands in `EXEMPT` with its reason: the test
of the catalogue accepts no third.

Settings are compared in place, not in a sub-select or function: that was three times as slow, and an array index on the
column answers `overlaps`. A setting that is not there is NULL, and NULL shows nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from records.rows import HOUSE, WEB


def setting(name: str, kind: str = "bigint[]") -> str:
    return f"nullif(current_setting('simpul.{name}', true), '')::{kind}"


USER = setting("user", "bigint")


def own(column: str) -> str:
    """The row is the user's."""
    return f"{column} = {USER}"


def among(column: str, name: str = "regions") -> str:
    """The key in the column is one of the setting: a region of the user, by one of their rights."""
    return f"{column} = ANY ({setting(name)})"


def overlaps(column: str, name: str = "regions") -> str:
    """One of the keys in the array column is one of the setting."""
    return f"{column} && {setting(name)}"


def paper(parent: str) -> str:
    """A paper of visible records, or its history; a restricted one only for the side or the unit that added it."""
    own_side = f"{among('owner_id', 'restricted')} OR {among('unit_id', 'unit_papers')}"
    return f"{parent} AND (access <> 'RESTRICTED' OR {own_side})"


# What a side adds to a record is its own.
OWN_PAPER = f"({among('owner_id', 'notes')} OR {among('unit_id', 'unit_papers')})"


def of(table: str, column: str, key: str = "id") -> str:
    """The row belongs to one of another table that the same role sees; `column` may not be a column of that table."""
    return f"EXISTS (SELECT 1 FROM {table} above WHERE above.{key} = {column})"  # noqa: S608 - names of ours


# Tables without a guard, and why the second layer may leave them to the first.
REFERENCE = "reference data: everybody who signs in reads it"
ACCOUNTS = "who signs in is looked up here before it is known who it is; the first layer shows members to their region"
DJANGO = "Django's own: no data of a side"
MACHINERY = "the installation's machinery: no data of a side"
EXEMPT = {
    **dict.fromkeys(
        (
            "regions_border", "regions_official", "regions_organisation", "regions_position", "regions_region",
            "regions_regionfigure", "regions_regiontrait", "regions_sector", "regions_venue", "visits_visitkind",
            "agreements_process", "agreements_processstep", "agreements_stepactor", "agreements_steppaper",
            "followups_reminderrule", "followups_reminderrule_people", "notices_calendarday",
        ),
        REFERENCE,
    ),
    **dict.fromkeys(
        (
            "accounts_user", "accounts_membership", "accounts_user_groups", "accounts_user_user_permissions",
            "account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "django_session",
            "usersessions_usersession", "socialaccount_socialaccount", "socialaccount_socialapp",
            "socialaccount_socialtoken", "socialaccount_socialapp_sites",
        ),
        ACCOUNTS,
    ),
    **dict.fromkeys(
        (
            "auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations",
            "cache_without_redis",
        ),
        DJANGO,
    ),
    **dict.fromkeys(("notices_gateway", "notices_heartbeat", "notices_outage"), MACHINERY),
    "dashboards_change": "when something changed, by key of region or user; no role but the owner may read it",
    "django_admin_log": "written beside every deed in the administration; shown to the system administrator alone",
    "pghistory_context": "reached by the random key that a row of the history holds, which is guarded",
}  # fmt: skip

# Of these tables, the ones that `simpul_web` also writes, and why. All others it reads: they are written by
# `simpul_house`, for the system administrator, for tasks, and for deeds that have asked the right of a person before
# (`rows.along`, `rows.acting(rows.EVERYBODY)`).
KEPT_BY_OFFICERS = "officers of any region add and keep it (regions/rights.py), so no policy tells whose it is"
SIGNING_IN = "written while it is not yet known who signs in, or by who changes how they sign in"
WRITTEN_BY_WEB = {
    **dict.fromkeys(
        (
            "regions_official", "regions_organisation", "regions_position", "regions_region", "regions_regionfigure",
            "regions_regiontrait", "regions_venue",
        ),
        KEPT_BY_OFFICERS,
    ),
    **dict.fromkeys(
        (
            "account_emailaddress", "account_emailconfirmation", "django_session", "mfa_authenticator",
            "socialaccount_socialaccount", "socialaccount_socialtoken", "usersessions_usersession",
        ),
        SIGNING_IN,
    ),
    "cache_without_redis": "counts requests and failed sign-ins while Redis is away",
    "django_admin_log": "administrators of a region work in the administration as well",
}  # fmt: skip
# And those of which it may only update these columns.
COLUMNS_OF_WEB: dict[str, tuple[tuple[str, ...], str]] = {
    "accounts_user": (
        (
            "date_joined", "email", "is_active", "is_staff", "is_superuser", "language", "last_login", "name",
            "password", "time_zone", "version",
        ),
        "their own name, preferences, address and password. allauth saves whole rows, so powers are among the columns:"
        " that one of them changes is refused by a trigger (`powers_are_given_by_the_house`)",
    ),
    "accounts_membership": (("version",), "by which the row is held while it is changed; the rest the house writes"),
}  # fmt: skip


class Guard(Operation):
    """Puts a table under guard.

    - `sees`: the rows that `simpul_web` reads; and changes and deletes, unless `touches` says which of them.
    - `adds`: what it may insert, and `becomes`: how a row may be after a change; both the same as `sees` unless said.
      What it inserts by the ORM it must see as well (RETURNING). BEFORE triggers have run by then, AFTER not.
    - `simpul_house` and the owner have all rows.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, sees: str, adds: str = "", becomes: str = "", touches: str = "") -> None:
        self.table, self.sees, self.touches = table, sees, touches or sees
        self.adds, self.becomes = adds or sees, becomes or sees

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state of the models is the same."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in (*ensure_roles(), *self.statements()):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY', params=None)
        for policy in POLICIES:
            schema_editor.execute(f'DROP POLICY IF EXISTS {policy} ON "{self.table}"', params=None)

    def describe(self) -> str:
        return f"Guard the rows of {self.table}"

    @property
    def migration_name_fragment(self) -> str:
        return "guards"

    def statements(self) -> list[str]:
        """Run again, they replace what stands."""
        on = f'ON "{self.table}"'
        return [
            *(f"DROP POLICY IF EXISTS {policy} {on}" for policy in POLICIES),
            f"CREATE POLICY house {on} TO {HOUSE} USING (true) WITH CHECK (true)",
            f"CREATE POLICY web_sees {on} FOR SELECT TO {WEB} USING ({self.sees})",
            f"CREATE POLICY web_adds {on} FOR INSERT TO {WEB} WITH CHECK ({self.adds})",
            f"CREATE POLICY web_changes {on} FOR UPDATE TO {WEB} USING ({self.touches}) WITH CHECK ({self.becomes})",
            f"CREATE POLICY web_removes {on} FOR DELETE TO {WEB} USING ({self.touches})",
            f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY',
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{self.table}" TO {WEB}, {HOUSE}',
        ]


POLICIES = ("house", "web_sees", "web_adds", "web_changes", "web_removes")


class GuardHistory(Guard):
    """Puts a table of the history under guard: it is read, and written by triggers alone (they run as the owner)."""

    def __init__(self, table: str, sees: str) -> None:
        super().__init__(table, sees)

    def statements(self) -> list[str]:
        on = f'ON "{self.table}"'
        return [
            *(f"DROP POLICY IF EXISTS {policy} {on}" for policy in POLICIES),
            f"CREATE POLICY house {on} FOR SELECT TO {HOUSE} USING (true)",
            f"CREATE POLICY web_sees {on} FOR SELECT TO {WEB} USING ({self.sees})",
            f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY',
            f'REVOKE ALL ON "{self.table}" FROM {WEB}, {HOUSE}',
            f'GRANT SELECT ON "{self.table}" TO {WEB}, {HOUSE}',
        ]


class Guards(Operation):
    """Several at once: Django renders all models anew for every operation, which takes half a second each."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, *guards: Guard) -> None:
        self.guards = guards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state of the models is the same."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for guard in self.guards:
            guard.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for guard in reversed(self.guards):
            guard.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Guard the rows of {len(self.guards)} tables"


# Two processes may migrate two databases of one server: who comes second finds the role there.
ROLE = """
DO $make$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = format('The role %s of the database may not make or take the role {role}.', current_user),
            HINT = format('A database administrator runs once: CREATE ROLE {web} NOLOGIN; CREATE ROLE {house} NOLOGIN;'
                ' GRANT {web}, {house} TO %I; then migrate again.', current_user);
END $make$
"""


def ensure_roles() -> list[str]:
    """Statements that make the two roles where they are missing; they say what a DBA has to run where they may not."""
    return [ROLE.format(role=role, web=WEB, house=HOUSE) for role in (WEB, HOUSE)]
