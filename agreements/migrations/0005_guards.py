"""Row-level security: see `records.rows`. Whoever may read an agreement may read what hangs on it, but no note and no
restricted paper of the other side, and no visit that is not theirs to see."""

from django.db import migrations

from records.guards import OWN_PAPER, Guard, GuardHistory, Guards, among, of, overlaps, paper

AGREEMENT = f"{overlaps('region_ids')} OR {overlaps('organisation_ids', 'units')}"
PARTS = (
    "agreementcitation", "agreementsector", "agreementsource", "evaluation", "party", "programme", "scopepoint",
    "signing", "stepentry",
)  # fmt: skip
BELOW = (
    ("signatory", "party", "party_id"),
    ("indicator", "programme", "programme_id"),
    ("programmeunit", "programme", "programme_id"),
    ("measurement", "indicator", "indicator_id"),
)
ABOVE = of("agreements_agreement", "agreement_id")
# The history of a deleted agreement is for whoever kept it. Whether it is gone only the owner of the tables can see.
WAS = f"({ABOVE} OR (agreements_is_gone(agreement_id) AND {of('agreements_agreementevent', 'agreement_id', 'pgh_obj_id')}))"

# What other agreements do to this one is a fact of this one, also for who does not see those others; but only for who
# sees this one. `agreements_state` and its like ask here.
FORWARDS = """
CREATE FUNCTION agreements_is_gone(a bigint) RETURNS boolean AS $$
    SELECT NOT EXISTS (SELECT 1 FROM agreements_agreement WHERE id = a)
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION agreements_acts(a bigint, d date)
RETURNS TABLE (id bigint, nature varchar, counts_from date, runs_from date, runs_until date) AS $$
    SELECT x.id, x.nature, x.counts_from, x.runs_from, x.runs_until FROM agreements_agreement x
    WHERE x.predecessor_id = a AND x.counts_from <= d AND (current_setting('role') <> 'simpul_web' OR EXISTS (
        SELECT 1 FROM agreements_agreement it WHERE it.id = a AND (
            it.region_ids && nullif(current_setting('simpul.regions', true), '')::bigint[]
            OR it.organisation_ids && nullif(current_setting('simpul.units', true), '')::bigint[])))
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp;

CREATE OR REPLACE FUNCTION agreements_reach(a bigint, d date, own date) RETURNS date AS $$
    SELECT LEAST(
        COALESCE((SELECT runs_until FROM agreements_acts(a, d)
            WHERE nature IN ('AMENDMENT', 'ADDENDUM') AND runs_until IS NOT NULL
            ORDER BY counts_from DESC, id DESC LIMIT 1), own),
        (SELECT min(COALESCE(runs_from, counts_from)) - 1 FROM agreements_acts(a, d)
            WHERE nature = 'TERMINATION' AND COALESCE(runs_from, counts_from) > DATE '0001-01-01'))
$$ LANGUAGE sql STABLE;

CREATE OR REPLACE FUNCTION agreements_act_from(a bigint, d date, natures text[]) RETURNS date AS $$
    SELECT min(COALESCE(runs_from, counts_from)) FROM agreements_acts(a, d) WHERE nature = ANY (natures)
$$ LANGUAGE sql STABLE;
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION agreements_reach(a bigint, d date, own date) RETURNS date AS $$
    SELECT LEAST(
        COALESCE((SELECT runs_until FROM agreements_agreement WHERE predecessor_id = a AND counts_from <= d
            AND nature IN ('AMENDMENT', 'ADDENDUM') AND runs_until IS NOT NULL
            ORDER BY counts_from DESC, id DESC LIMIT 1), own),
        (SELECT min(COALESCE(runs_from, counts_from)) - 1 FROM agreements_agreement
            WHERE predecessor_id = a AND counts_from <= d AND nature = 'TERMINATION'
            AND COALESCE(runs_from, counts_from) > DATE '0001-01-01'))
$$ LANGUAGE sql STABLE;
CREATE OR REPLACE FUNCTION agreements_act_from(a bigint, d date, natures text[]) RETURNS date AS $$
    SELECT min(COALESCE(runs_from, counts_from)) FROM agreements_agreement
    WHERE predecessor_id = a AND counts_from <= d AND nature = ANY (natures)
$$ LANGUAGE sql STABLE;
DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('agreements_state'::regproc),
        'FROM agreements_acts(a, d) y)', 'FROM agreements_agreement y WHERE y.predecessor_id = a AND y.counts_from <= d)');
END $$;
DROP FUNCTION agreements_acts(bigint, date);
DROP FUNCTION agreements_is_gone(bigint);
"""
STATE = """
DO $$ DECLARE
    before text = pg_get_functiondef('agreements_state'::regproc);
    after text = replace(before, 'FROM agreements_agreement y WHERE y.predecessor_id = a AND y.counts_from <= d)',
        'FROM agreements_acts(a, d) y)');
BEGIN
    ASSERT after <> before;
    EXECUTE after;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_paper_of_unit"), ("visits", "0006_guards")]

    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunSQL(STATE, migrations.RunSQL.noop),
        Guards(
            Guard("agreements_agreement", AGREEMENT, adds=among("owner_id", "writing")),
            GuardHistory(
                "agreements_agreementevent",
                f"{of('agreements_agreement', 'pgh_obj_id')} OR ({among('owner_id')} AND agreements_is_gone(pgh_obj_id))",
            ),
            *(Guard(f"agreements_{part}", ABOVE) for part in PARTS),
            *(GuardHistory(f"agreements_{part}event", WAS) for part in PARTS),
            *(Guard(f"agreements_{part}", of(f"agreements_{above}", key)) for part, above, key in BELOW),
            *(
                GuardHistory(f"agreements_{part}event", of(f"agreements_{above}event", key, "pgh_obj_id"))
                for part, above, key in BELOW
            ),
            Guard("agreements_agreementvisit", f"{ABOVE} AND {of('visits_visit', 'visit_id')}"),
            GuardHistory("agreements_agreementvisitevent", f"{WAS} AND {of('visits_visit', 'visit_id')}"),
            Guard("agreements_agreementattachment", paper(ABOVE), adds=f"{ABOVE} AND {OWN_PAPER}"),
            GuardHistory("agreements_agreementattachmentevent", paper(WAS)),
            Guard("agreements_agreementpapertext", of("agreements_agreementattachment", "paper_id")),
            Guard("agreements_agreementnote", f"{ABOVE} AND {among('region_id', 'notes')}"),
            GuardHistory("agreements_agreementnoteevent", f"{WAS} AND {among('region_id', 'notes')}"),
            Guard("agreements_drafttemplate", among("region_id", "notes")),
            GuardHistory("agreements_drafttemplateevent", among("region_id", "notes")),
        ),
    ]
