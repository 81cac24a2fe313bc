"""What `migrate` leaves in order behind it: what the roles of `records.rows` may touch, and as whom triggers run.

Found out from the catalogue each time, so that no migration has to think of it: a new guarded table is granted, one
without a guard is only readable for `simpul_web` unless `records.guards.WRITTEN_BY_WEB` says why not, a new table of
the history is only readable, a new trigger function runs as the owner. A trigger writes what follows from a row (the
history, versions, derived follow-ups, search words) whatever the writer may see of it, and cannot be called by hand.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from pghistory.models import Event

from records.guards import COLUMNS_OF_WEB, WRITTEN_BY_WEB, ensure_roles
from records.rows import HOUSE, WEB

HIDDEN = {"dashboards_change"}  # only for functions that run as the owner
SECRET_COLUMNS = {
    "records_trashed": ["rows", "links"],  # what went with a record, also of the other side
    "notices_gateway": ["secret"],  # letters are signed with it, by a task
}
READ_ONLY = {"pghistory_context", "django_migrations", "records_seal"}  # beside the history itself

OPEN_QUESTIONS = """
WITH roles(role) AS (VALUES (%(web)s), (%(house)s)),
tables AS (
    SELECT c.oid, c.relname = ANY (%(hidden)s) AS hidden, c.relname = ANY (%(read_only)s) AS read_only,
        c.relkind = 'S' AS numbers, NOT c.relrowsecurity AND c.relname <> ALL (%(written)s) AS of_the_house
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
)
SELECT format('GRANT USAGE ON SCHEMA %%I TO %%I', current_schema(), role) FROM roles
WHERE NOT has_schema_privilege(role, current_schema(), 'USAGE')
UNION ALL
SELECT format('GRANT USAGE, SELECT ON SEQUENCE %%s TO %%I', oid::regclass, role) FROM tables, roles
WHERE numbers AND NOT has_sequence_privilege(role, oid, 'USAGE')
UNION ALL
SELECT format('GRANT SELECT ON %%s TO %%I', oid::regclass, role) FROM tables, roles
WHERE NOT numbers AND NOT hidden AND NOT has_table_privilege(role, oid, 'SELECT')
    AND NOT (role = %(web)s AND oid::regclass::text = ANY (%(partly)s))
UNION ALL
SELECT format('GRANT %%s ON %%s TO %%I', deed, oid::regclass, role)
FROM tables, roles, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS deed
WHERE NOT numbers AND NOT read_only AND NOT (of_the_house AND role = %(web)s)
    AND NOT has_table_privilege(role, oid, deed)
UNION ALL
SELECT format('REVOKE %%s ON %%s FROM %%I', deed, oid::regclass, role)
FROM tables, roles, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS deed
WHERE NOT numbers AND (read_only OR deed = 'TRUNCATE' OR (of_the_house AND role = %(web)s))
    AND has_table_privilege(role, oid, deed)
UNION ALL
SELECT format('ALTER FUNCTION %%s SECURITY DEFINER SET search_path = %%I, pg_temp', p.oid::regprocedure,
    current_schema())
FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
    AND (p.prosecdef OR p.prorettype = 'trigger'::regtype)
    AND NOT (p.prosecdef AND coalesce(array_to_string(p.proconfig, ','), '') LIKE '%%pg_temp%%')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


# Operators by which lists and search find rows through an index. PostgreSQL lets an index answer them below a policy
# only when it is told that they cannot leak what they compare, and the ones here cannot: comparing keys of an array or
# words of a text raises no error and tells nothing. Only a superuser can say so; for others: docs/row-security.md.
QUIET = (
    "pg_catalog.arrayoverlap(anyarray, anyarray)",
    "pg_catalog.arraycontains(anyarray, anyarray)",
    "pg_catalog.arraycontained(anyarray, anyarray)",
    "pg_catalog.ts_match_vq(tsvector, tsquery)",
    "pg_catalog.ts_match_qv(tsquery, tsvector)",
)
STILL_SUSPECTED = """
SELECT format('ALTER FUNCTION %%s LEAKPROOF', p.oid::regprocedure) FROM pg_proc p
WHERE p.oid = ANY (%(quiet)s::regprocedure[]) AND NOT p.proleakproof
    AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
"""


# A right to a whole table is a right to each column, so it is taken back and given for all others.
READABLE = """
SELECT format('REVOKE SELECT ON %%s FROM %%I', oid::regclass, %(web)s) FROM pg_class
WHERE oid = to_regclass(%(table)s) AND has_table_privilege(%(web)s, oid, 'SELECT')
UNION ALL
SELECT format('GRANT SELECT (%%I) ON %%s TO %%I', attname, attrelid::regclass, %(web)s) FROM pg_attribute
WHERE attrelid = to_regclass(%(table)s) AND attnum > 0 AND NOT attisdropped AND attname <> ALL (%(columns)s)
    AND (has_table_privilege(%(web)s, attrelid, 'SELECT')
        OR NOT has_column_privilege(%(web)s, attrelid, attnum, 'SELECT'))
"""

CHANGEABLE = """
SELECT format('%%s UPDATE (%%I) ON %%s %%s %%I', CASE WHEN given THEN 'GRANT' ELSE 'REVOKE' END, attname,
    attrelid::regclass, CASE WHEN given THEN 'TO' ELSE 'FROM' END, %(web)s)
FROM pg_attribute, LATERAL (SELECT attname = ANY (%(columns)s) AS given) asked
WHERE attrelid = to_regclass(%(table)s) AND attnum > 0 AND NOT attisdropped
    AND given <> has_column_privilege(%(web)s, attrelid, attnum, 'UPDATE')
"""


def settle(sender: AppConfig | None = None, using: str = "default", **_: Any) -> None:
    """After `migrate` (and whatever empties the tables of a test): does nothing where all is as it should be."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    names = {
        "partly": sorted(SECRET_COLUMNS),
        "hidden": sorted(HIDDEN),
        "web": WEB,
        "house": HOUSE,
        "read_only": sorted(READ_ONLY | HIDDEN | history()),
        "written": sorted(WRITTEN_BY_WEB),
    }
    with connection.cursor() as cursor:
        for statement in ensure_roles():
            cursor.execute(statement)
        asked: list[tuple[str, dict[str, Any]]] = [(OPEN_QUESTIONS, names), (STILL_SUSPECTED, {"quiet": list(QUIET)})]
        asked += [(READABLE, names | {"table": t, "columns": columns}) for t, columns in SECRET_COLUMNS.items()]
        asked += [(CHANGEABLE, names | {"table": t, "columns": list(c)}) for t, (c, _why) in COLUMNS_OF_WEB.items()]
        for question, about in asked:
            cursor.execute(question, about)
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)


def history() -> set[str]:
    """The tables of the history: what triggers write and nothing changes afterwards."""
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, Event)}
