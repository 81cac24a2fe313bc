"""Operations of migrations: a record is found by the names of today.

The words by which a record is found hold the names of who takes part. They are written anew by the trigger of the
record at any UPDATE; that is no edit, so neither its version nor its history moves.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

NAMES = {  # what the words of a record take of each
    "region": ("code", "name_id", "name_en"),
    "organisation": ("name_id", "name_en", "short_name"),
    "official": ("name",),
    "venue": ("name",),
    "sector": ("name_id", "name_en"),
    "kind": ("name_id", "name_en"),
    "series": ("name",),
}
ELSEWHERE = {"kind": "visits_visitkind", "series": "visits_visitseries"}  # all others stand in the directory
FORWARDS = """
CREATE FUNCTION {name}() RETURNS trigger AS $$
BEGIN
    PERFORM 1 FROM {table} WHERE {theirs} ORDER BY id FOR NO KEY UPDATE;
    UPDATE {table} SET title = title WHERE {theirs};
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER {name} AFTER UPDATE ON {there} FOR EACH ROW
    WHEN ({before} IS DISTINCT FROM {now}) EXECUTE FUNCTION {name}();
"""
BACKWARDS = "DROP TRIGGER {name} ON {there}; DROP FUNCTION {name}();"


def follow_names(table: str, who: str, theirs: str) -> RunSQL:
    """When `who` (a key of NAMES) is renamed, rows of `table` are found by the new name: `theirs`, where NEW is who."""
    before, now = (f"({', '.join(f'{of}.{column}' for column in NAMES[who])})" for of in ("OLD", "NEW"))
    words = {
        "table": table,
        "there": ELSEWHERE.get(who, f"regions_{who}"),
        "theirs": theirs,
        "name": f"{table}_follow_{who}",
        "before": before,
        "now": now,
    }
    return RunSQL(FORWARDS.format(**words), BACKWARDS.format(**words))
