from django.db import migrations

# A row says that a transaction changed something of a region (its key), of a person (the key below zero) or of the
# reference data that everybody reads (key 0). Rows are only added: nobody waits for anybody else's row, as they would
# for one counter. What is kept beside the stamp of some keys (dashboards.keeping) holds as long as the stamp is the
# same. The stamp counts rows besides naming the last one, so that a transaction that began early and ends late changes
# it too; and there is none within a transaction that has itself written, since what that sees may still be undone.
# The functions run as their owner: a reader who may not see a record is still told that something has changed.
FORWARDS = """
CREATE TABLE dashboards_change (
    key bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    xact bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (key, at, xact)
);
INSERT INTO dashboards_change (key) VALUES (0);

CREATE FUNCTION dashboards_note(keys bigint[]) RETURNS void AS $$
    INSERT INTO dashboards_change (key) SELECT DISTINCT key FROM unnest(keys) AS key WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING
$$ LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_stamp(keys bigint[]) RETURNS text AS $$
    SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL
        THEN concat_ws('-', count(*), sum(xact), extract(epoch FROM max(at))) END
    FROM dashboards_change WHERE key = ANY (keys)
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_tidy() RETURNS void AS $$
    -- A row in place of many: a stamp never becomes again what it was.
    WITH full_of AS (SELECT key FROM dashboards_change GROUP BY key HAVING count(*) > 50),
    gone AS (DELETE FROM dashboards_change WHERE key IN (TABLE full_of) AND at < now() - INTERVAL '1 hour' RETURNING key)
    INSERT INTO dashboards_change (key) SELECT DISTINCT key FROM gone ON CONFLICT DO NOTHING
$$ LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp;

-- A record that changed, and what hangs on it or on which it hangs: all of them are told with its words or days.
CREATE FUNCTION dashboards_visits_changed() RETURNS trigger AS $$
BEGIN
    PERFORM dashboards_note(ARRAY(
        SELECT unnest(region_ids) FROM changed
        UNION SELECT unnest(m.region_ids || ARRAY(SELECT -u FROM unnest(m.user_ids) AS u))
            FROM changed c JOIN followups_milestone m ON m.visit_id = c.id
        UNION SELECT unnest(a.region_ids) FROM changed c JOIN agreements_agreementvisit l ON l.visit_id = c.id
            JOIN agreements_agreement a ON a.id = l.agreement_id));
    RETURN NULL;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_agreements_changed() RETURNS trigger AS $$
BEGIN
    PERFORM dashboards_note(ARRAY(
        WITH RECURSIVE family AS (  -- the acts on it, and what renews it or was renewed by it
            SELECT id, predecessor_id, region_ids FROM changed
            UNION SELECT a.id, a.predecessor_id, a.region_ids FROM family f JOIN agreements_agreement a
                ON a.id = f.predecessor_id OR a.predecessor_id = f.id)
        SELECT unnest(region_ids) FROM family
        UNION SELECT unnest(a.region_ids) FROM changed c JOIN agreements_agreement a
            ON a.id = c.parent_id OR a.parent_id = c.id
        UNION SELECT unnest(m.region_ids || ARRAY(SELECT -u FROM unnest(m.user_ids) AS u))
            FROM family f JOIN followups_milestone m ON m.agreement_id = f.id
        UNION SELECT unnest(v.region_ids) FROM family f JOIN agreements_agreementvisit l ON l.agreement_id = f.id
            JOIN visits_visit v ON v.id = l.visit_id));
    RETURN NULL;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_links_changed() RETURNS trigger AS $$
BEGIN
    PERFORM dashboards_note(ARRAY(
        SELECT unnest(v.region_ids) FROM changed c JOIN visits_visit v ON v.id = c.visit_id
        UNION SELECT unnest(a.region_ids) FROM changed c JOIN agreements_agreement a ON a.id = c.agreement_id));
    RETURN NULL;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_milestones_changed() RETURNS trigger AS $$
BEGIN
    PERFORM dashboards_note(ARRAY(
        SELECT unnest(region_ids || ARRAY(SELECT -u FROM unnest(user_ids) AS u)) FROM changed
        UNION SELECT unnest(v.region_ids) FROM changed c JOIN visits_visit v ON v.id = c.visit_id
        UNION SELECT unnest(a.region_ids) FROM changed c JOIN agreements_agreement a ON a.id = c.agreement_id));
    RETURN NULL;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;

CREATE FUNCTION dashboards_reference_changed() RETURNS trigger AS $$
BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        PERFORM dashboards_note(ARRAY[0::bigint]);
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp;
"""
BACKWARDS = """
DROP FUNCTION dashboards_reference_changed();
DROP FUNCTION dashboards_milestones_changed();
DROP FUNCTION dashboards_links_changed();
DROP FUNCTION dashboards_agreements_changed();
DROP FUNCTION dashboards_visits_changed();
DROP FUNCTION dashboards_tidy();
DROP FUNCTION dashboards_stamp(bigint[]);
DROP FUNCTION dashboards_note(bigint[]);
DROP TABLE dashboards_change;
"""
ALL = ("INSERT", "UPDATE", "DELETE")
LATER = ("UPDATE", "DELETE")  # what is new is named by no record yet
WATCHED = {
    "visits_visit": ("dashboards_visits_changed", ALL),
    "agreements_agreement": ("dashboards_agreements_changed", ALL),
    "agreements_agreementvisit": ("dashboards_links_changed", ALL),
    "followups_milestone": ("dashboards_milestones_changed", ALL),
    **dict.fromkeys(
        ["regions_region", "regions_organisation", "regions_venue", "visits_visitseries"],
        ("dashboards_reference_changed", LATER),
    ),
    **dict.fromkeys(
        [
            "regions_sector", "visits_visitkind", "agreements_process", "agreements_processstep",
            "agreements_stepactor",
        ],
        ("dashboards_reference_changed", ALL),
    ),
}  # fmt: skip

SIDES = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}  # both: a record may leave a region
TRIGGERS = [
    (f"dashboards_{deed.lower()}_{side.lower()}", table, f"AFTER {deed}", side, function)
    for table, (function, deeds) in WATCHED.items()
    for deed in deeds
    for side in SIDES[deed]
]
MADE = "\n".join(
    f"CREATE TRIGGER {name} {when} ON {table} REFERENCING {side} TABLE AS changed "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    for name, table, when, side, function in TRIGGERS
)
DROPPED = "\n".join(f"DROP TRIGGER {name} ON {table};" for name, table, *_more in TRIGGERS)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_periods"),
        ("dashboards", "0001_initial"),
        ("followups", "0006_open_of_region"),
        ("regions", "0003_found_by_name"),
        ("visits", "0004_texts_of_papers"),
    ]

    operations = [migrations.RunSQL(f"{FORWARDS}\n{MADE}", f"{DROPPED}\n{BACKWARDS}")]
