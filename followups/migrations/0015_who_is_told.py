"""Nobody is left out where a side has nobody, and nothing is left with who cannot do it: what a region without accounts
must do is told to who keeps it, and what was given to an account that is switched off falls to its side again."""

from importlib import import_module

from django.db import migrations

from records.migrating import definition

WORKS = import_module("followups.migrations.0012_who_works_for_a_unit")
MANAGERS = import_module("followups.migrations.0011_managers_or_administrators")
MEMBERS = import_module("followups.migrations.0010_given_while_a_member")

RESPONSIBLE = """
-- Who is responsible for what is still to be done: the people to whom it is given; else of each side those who work for
-- its unit, or, where nobody does, the officers of its region; where nobody does for any side that has not confirmed,
-- or it is of no side, the officers of who keeps the record.
CREATE OR REPLACE FUNCTION followups_responsible(m bigint) RETURNS SETOF bigint AS $$
BEGIN
    RETURN QUERY SELECT a.user_id FROM followups_assignee a JOIN accounts_user u ON u.id = a.user_id AND u.is_active
        WHERE a.milestone_id = m;
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT w FROM followups_part p CROSS JOIN LATERAL followups_workers(p.unit_id) w
        WHERE p.milestone_id = m AND p.done_on IS NULL
        UNION SELECT o FROM followups_part p CROSS JOIN LATERAL followups_officers(p.region_id) o
        WHERE p.milestone_id = m AND p.done_on IS NULL AND NOT EXISTS (SELECT 1 FROM followups_workers(p.unit_id));
    IF FOUND THEN RETURN; END IF;
    IF EXISTS (SELECT 1 FROM followups_part WHERE milestone_id = m)
            AND NOT EXISTS (SELECT 1 FROM followups_part WHERE milestone_id = m AND done_on IS NULL) THEN RETURN; END IF;
    RETURN QUERY SELECT o FROM followups_milestone t CROSS JOIN LATERAL followups_officers(t.owner_id) o WHERE t.id = m;
END
$$ LANGUAGE plpgsql STABLE;
"""

AUDIENCE = """
CREATE OR REPLACE FUNCTION followups_audience(m bigint, audience text, people bigint[]) RETURNS SETOF bigint AS $$
DECLARE
    t followups_milestone;
    doing bigint[];
BEGIN
    IF audience = 'RESPONSIBLE' THEN
        RETURN QUERY SELECT followups_responsible(m);
        RETURN;
    END IF;
    SELECT * INTO t FROM followups_milestone WHERE id = m;
    IF audience = 'KEEPER' THEN
        RETURN QUERY SELECT followups_officers(t.owner_id);
    ELSIF audience = 'PEOPLE' THEN
        RETURN QUERY SELECT w FROM unnest(people) w
            WHERE followups_is_seen_by(w, t.region_ids, t.organisation_ids, t.user_ids);
    ELSE
        doing = ARRAY(SELECT region_id FROM followups_part WHERE milestone_id = m AND region_id IS NOT NULL
            AND (audience = 'PARTNER' OR done_on IS NULL));
        IF audience = 'MANAGER' THEN
            RETURN QUERY SELECT DISTINCT w FROM unnest(doing) r CROSS JOIN LATERAL followups_managers(r) w;
            IF NOT FOUND THEN  -- of no side, or of sides that have nobody here
                RETURN QUERY SELECT followups_managers(t.owner_id);
            END IF;
        ELSIF audience = 'PARTNER' THEN
            RETURN QUERY SELECT o FROM unnest(t.region_ids) r CROSS JOIN LATERAL followups_officers(r) o
                WHERE r <> ALL (doing || CASE WHEN doing = '{}' THEN ARRAY[t.owner_id] END);
        END IF;
    END IF;
END
$$ LANGUAGE plpgsql STABLE;
"""

SWITCHED_OFF = """
-- Does a membership lead the user to these regions or units? Also one of a unit of the regions, or of a province that
-- supervises one of them. An account that is switched off is led nowhere.
CREATE OR REPLACE FUNCTION followups_is_tied(who bigint, region_ids bigint[], organisation_ids bigint[])
RETURNS boolean AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_membership x JOIN accounts_user u ON u.id = x.user_id AND u.is_active
        LEFT JOIN regions_organisation unit ON unit.id = x.unit_id
        WHERE x.user_id = who AND (x.region_id = ANY (region_ids) OR x.unit_id = ANY (organisation_ids)
            OR unit.region_id = ANY (region_ids) OR (x.supervises AND EXISTS (SELECT 1 FROM regions_region below
                WHERE below.parent_id = x.region_id AND below.id = ANY (region_ids)))))
$$ LANGUAGE sql STABLE;

-- What was given to a person to whom nothing leads any more falls to its side.
CREATE FUNCTION followups_take_from(who bigint) RETURNS void AS $$
DECLARE
    untied bigint[] = ARRAY(SELECT m.id FROM followups_assignee a JOIN followups_milestone m ON m.id = a.milestone_id
        WHERE a.user_id = who AND NOT followups_is_tied(who, m.region_ids, m.organisation_ids));
BEGIN
    PERFORM 1 FROM followups_milestone WHERE id = ANY (untied) ORDER BY id FOR NO KEY UPDATE;  -- the order of all deeds
    DELETE FROM followups_assignee WHERE user_id = who AND milestone_id = ANY (untied);
    INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
    SELECT m, 'REASSIGNED', '← ' || COALESCE(NULLIF(u.name, ''), u.email), clock_timestamp()
    FROM unnest(untied) m JOIN accounts_user u ON u.id = who ORDER BY m;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION followups_take_back() RETURNS trigger AS $$
BEGIN
    PERFORM followups_take_from(OLD.user_id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE FUNCTION followups_take_back_switched_off() RETURNS trigger AS $$
BEGIN
    PERFORM followups_take_from(OLD.id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_take_back_switched_off AFTER UPDATE ON accounts_user FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION followups_take_back_switched_off();
"""

STORED = """
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
    set_config('pghistory.context_metadata', '{"url": "migrate"}', true);
SELECT followups_take_from(u.id) FROM accounts_user u
WHERE NOT u.is_active AND EXISTS (SELECT 1 FROM followups_assignee a WHERE a.user_id = u.id);
"""

BACKWARDS = f"""
DROP TRIGGER followups_take_back_switched_off ON accounts_user;
DROP FUNCTION followups_take_back_switched_off();
{definition(MEMBERS.FORWARDS, "followups_take_back")}
DROP FUNCTION followups_take_from(bigint);
{definition(MEMBERS.FORWARDS, "followups_is_tied")}
{definition(MANAGERS.FORWARDS, "followups_audience")}
{definition(WORKS.FORWARDS, "followups_responsible")}
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0014_given_back_to_members")]

    operations = [migrations.RunSQL(RESPONSIBLE + AUDIENCE + SWITCHED_OFF + STORED, BACKWARDS)]
