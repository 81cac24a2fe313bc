"""A recurring duty that is ended and goes on, is made more frequent, or is given to another unit, always has its next
occurrence ahead, on the days of its rhythm; what fell into the time in which it was ended is not asked for afterwards."""

from importlib import import_module

from django.db import migrations

from records.migrating import definition

FUNCTIONS = import_module("followups.migrations.0002_functions").FORWARDS

OCCUR = """
-- The first day of a rhythm after a day.
CREATE FUNCTION followups_next(first_on date, every_months int, after_day date) RETURNS date AS $$
    SELECT min(day) FROM (SELECT followups_nth(first_on, every_months, n) AS day FROM generate_series(
        GREATEST(0, (after_day - first_on) / 31 / every_months),
        GREATEST(0, (after_day - first_on) / 28 / every_months) + 2) AS n) AS nths WHERE day > after_day
$$ LANGUAGE sql IMMUTABLE STRICT;

-- Occurrences of duties on these days, with the sides and people of the one before; copies are given by nobody.
CREATE FUNCTION followups_occur(duties bigint[], days date[]) RETURNS void AS $$
    WITH d AS MATERIALIZED (
        SELECT f.*, x.day, b.id AS before
        FROM unnest(duties, days) AS x(duty, day) JOIN followups_duty f ON f.id = x.duty
        LEFT JOIN LATERAL (SELECT m.id FROM followups_milestone m WHERE m.duty_id = f.id
            ORDER BY m.due_on < x.day DESC, m.due_on DESC LIMIT 1) b ON true
    ), made AS (
        INSERT INTO followups_milestone (version, kind, title, note, status, priority, requested_by, due_on,
            due_precision, due_as_stated, since, owner_id, internal, origin, agreement_id, programme_id, duty_id,
            evidence, closed_by_data, opened_at, submission, created_by_id, created_at, region_ids, organisation_ids,
            user_ids)
        SELECT 1, kind, title, '', 'OPEN', 'NORMAL', '', day, 'DAY', '', followups_day(owner_id, notices_now()),
            owner_id, false, 'DUTY', agreement_id, programme_id, id, '', false, clock_timestamp(), gen_random_uuid(),
            created_by_id, clock_timestamp(), '{}', '{}', '{}'
        FROM d ORDER BY id, day
        ON CONFLICT DO NOTHING RETURNING id, duty_id, due_on
    ), sides AS (
        INSERT INTO followups_part (milestone_id, region_id, unit_id, note, given_at, position)
        SELECT made.id, p.region_id, p.unit_id, '', clock_timestamp(), p.position
        FROM made JOIN d ON d.id = made.duty_id AND d.day = made.due_on
        JOIN followups_part p ON p.milestone_id = d.before
        UNION ALL
        SELECT made.id, COALESCE(d.region_id, d.owner_id), d.unit_id, '', clock_timestamp(), 0
        FROM made JOIN d ON d.id = made.duty_id AND d.day = made.due_on WHERE d.before IS NULL
    )
    INSERT INTO followups_assignee (milestone_id, user_id, given_at)
    SELECT made.id, a.user_id, clock_timestamp()
    FROM made JOIN d ON d.id = made.duty_id AND d.day = made.due_on
    JOIN followups_assignee a ON a.milestone_id = d.before
$$ LANGUAGE sql;
"""

EXTEND = """
-- Every duty that goes on has the next occurrence of its rhythm ahead of today; what a duty no longer covers is closed,
-- and opens again where the duty covers it after all.
CREATE OR REPLACE FUNCTION followups_extend(duties bigint[]) RETURNS void AS $$
DECLARE
    lacking bigint[];
    days date[];
BEGIN
    WITH d AS MATERIALIZED (
        SELECT f.id, f.first_on, f.every_months, f.until,
            followups_next(f.first_on, f.every_months, followups_day(f.owner_id, notices_now())) AS next
        FROM followups_duty f WHERE f.ended_on IS NULL AND (duties IS NULL OR f.id = ANY (duties))
    ), behind AS MATERIALIZED (
        SELECT d.*, (SELECT max(m.due_on) FROM followups_milestone m WHERE m.duty_id = d.id AND m.due_on < d.next) AS last
        FROM d WHERE NOT EXISTS (SELECT 1 FROM followups_milestone m WHERE m.duty_id = d.id AND m.due_on = d.next)
    ), due AS (
        SELECT b.id, followups_nth(b.first_on, b.every_months, n) AS day, b.last, LEAST(b.next, b.until) AS until
        FROM behind b CROSS JOIN LATERAL generate_series(0, (b.next - b.first_on) / 28 / b.every_months) AS n
    )
    SELECT array_agg(id ORDER BY id, day), array_agg(day ORDER BY id, day) INTO lacking, days FROM due
    WHERE day > COALESCE(last, DATE '0001-01-01') AND day <= until;
    PERFORM followups_occur(lacking, days);

    WITH again AS (
        UPDATE followups_milestone m SET status = 'OPEN', closed_by_data = false
        FROM followups_duty f
        WHERE m.duty_id = f.id AND m.status = 'CANCELLED' AND m.closed_by_data AND f.ended_on IS NULL
            AND (duties IS NULL OR f.id = ANY (duties)) AND (f.until IS NULL OR m.due_on <= f.until)
            AND m.due_on = followups_next(f.first_on, f.every_months, followups_day(f.owner_id, notices_now()))
        RETURNING m.id
    ), closed AS (
        UPDATE followups_milestone m SET status = 'CANCELLED', closed_by_data = true
        FROM followups_duty f
        WHERE m.duty_id = f.id AND m.status IN ('SUGGESTED', 'OPEN', 'IN_PROGRESS', 'BLOCKED')
            AND (duties IS NULL OR f.id = ANY (duties)) AND m.due_on > COALESCE(f.ended_on, f.until)
        RETURNING m.id
    )
    INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
    SELECT id, 'REOPENED_BY_DATA', '', clock_timestamp() FROM again
    UNION ALL
    SELECT id, 'CLOSED_BY_DATA', '', clock_timestamp() FROM closed;
END
$$ LANGUAGE plpgsql;
"""

DERIVE_DUTIES = """
-- Recurring duties by the process: made, ended and begun again with the agreement. The days count from its beginning,
-- also where the next of them falls into a shorter month.
CREATE OR REPLACE FUNCTION followups_derive_duties(which bigint[]) RETURNS void AS $$
DECLARE
    new_ones bigint[];
    days date[];
BEGIN
    WITH p AS MATERIALIZED (
        SELECT *, followups_next(anchor, months, GREATEST(anchor, today)) AS next FROM followups_periods(which)
    ), made AS (
        INSERT INTO followups_duty (version, kind, title, recurrence, every_months, certainty, as_stated, first_on,
            agreement_id, owner_id, region_id, derived_key, submission, created_at)
        SELECT 1, p.kind, '', CASE p.months WHEN 1 THEN 'MONTHLY' WHEN 3 THEN 'QUARTERLY' WHEN 6 THEN 'SEMESTER'
                WHEN 12 THEN 'ANNUAL' ELSE 'CUSTOM' END, p.months, 'DEFAULT', '',
            CASE WHEN EXTRACT(day FROM p.next) = EXTRACT(day FROM p.anchor) THEN p.next ELSE p.anchor END,
            p.agreement_id, p.owner_id, p.owner_id, p.key, gen_random_uuid(), clock_timestamp()
        FROM p WHERE NOT EXISTS (SELECT 1 FROM followups_duty d WHERE d.derived_key = p.key)
        ON CONFLICT (derived_key) DO NOTHING RETURNING id, derived_key
    ), begun_again AS (
        UPDATE followups_duty d SET ended_on = NULL FROM p WHERE d.derived_key = p.key AND d.ended_on IS NOT NULL
    ), ended AS (
        UPDATE followups_duty d SET ended_on = followups_day(d.owner_id, notices_now())
        WHERE d.derived_key IS NOT NULL AND d.ended_on IS NULL AND (which IS NULL OR d.agreement_id = ANY (which))
            AND NOT EXISTS (SELECT 1 FROM p WHERE p.key = d.derived_key)
    )
    SELECT array_agg(made.id), array_agg(p.next) INTO new_ones, days FROM made JOIN p ON p.key = made.derived_key;
    PERFORM followups_occur(new_ones, days);
END
$$ LANGUAGE plpgsql;
"""

TRIGGERS = """
-- A duty that goes on again goes on with its next period: nobody owes what lies between.
CREATE FUNCTION followups_go_on() RETURNS trigger AS $$
BEGIN
    PERFORM followups_occur(ARRAY[NEW.id], ARRAY[
        followups_next(NEW.first_on, NEW.every_months, followups_day(NEW.owner_id, notices_now()))]);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_go_on AFTER UPDATE ON followups_duty FOR EACH ROW
    WHEN (OLD.ended_on IS NOT NULL AND NEW.ended_on IS NULL) EXECUTE FUNCTION followups_go_on();

-- Who does a duty from now on also does what comes after an occurrence that is settled before its day.
CREATE FUNCTION followups_give_next() RETURNS trigger AS $$
DECLARE
    today date = followups_day(NEW.owner_id, notices_now());
    next date = followups_next(NEW.first_on, NEW.every_months, GREATEST(today,
        (SELECT max(due_on) FROM followups_milestone WHERE duty_id = NEW.id)));
    made bigint;
BEGIN
    IF next > NEW.until OR EXISTS (SELECT 1 FROM followups_milestone WHERE duty_id = NEW.id AND due_on > today
            AND status IN ('SUGGESTED', 'OPEN', 'IN_PROGRESS', 'BLOCKED')) THEN
        RETURN NULL;
    END IF;
    PERFORM followups_occur(ARRAY[NEW.id], ARRAY[next]);
    SELECT id INTO made FROM followups_milestone WHERE duty_id = NEW.id AND due_on = next;
    DELETE FROM followups_assignee WHERE milestone_id = made;
    DELETE FROM followups_part WHERE milestone_id = made AND unit_id IS NOT DISTINCT FROM OLD.unit_id
        AND (unit_id IS NOT NULL OR region_id = COALESCE(OLD.region_id, OLD.owner_id));
    INSERT INTO followups_part (milestone_id, region_id, unit_id, note, given_at, position)
    VALUES (made, COALESCE(NEW.region_id, NEW.owner_id), NEW.unit_id, '', clock_timestamp(), 0)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_give_next AFTER UPDATE ON followups_duty FOR EACH ROW
    WHEN (NEW.ended_on IS NULL AND (COALESCE(OLD.region_id, OLD.owner_id), OLD.unit_id)
        IS DISTINCT FROM (COALESCE(NEW.region_id, NEW.owner_id), NEW.unit_id))
    EXECUTE FUNCTION followups_give_next();
"""

# Of a duty that was made more frequent the next occurrence is missing: without this all since then would come at once.
# And copies that were made lately were given by nobody: else all of them would be told as given.
STORED = """
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
    set_config('pghistory.context_metadata', '{"url": "migrate"}', true);
WITH d AS (
    SELECT f.id, followups_next(f.first_on, f.every_months, followups_day(f.owner_id, notices_now())) AS next, f.until
    FROM followups_duty f WHERE f.ended_on IS NULL
)
SELECT followups_occur(array_agg(id), array_agg(next)) FROM d
WHERE next <= COALESCE(until, next) AND EXISTS (SELECT 1 FROM followups_milestone m WHERE m.duty_id = d.id AND m.due_on > d.next)
    AND NOT EXISTS (SELECT 1 FROM followups_milestone m WHERE m.duty_id = d.id AND m.due_on = d.next);
UPDATE followups_part p SET given_by_id = NULL FROM followups_milestone m
WHERE m.id = p.milestone_id AND m.origin = 'DUTY' AND m.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
    AND m.created_at > now() - interval '40 days' AND p.given_at < m.created_at + interval '1 minute'
    AND p.given_by_id IS NOT NULL;
UPDATE followups_assignee a SET given_by_id = NULL FROM followups_milestone m
WHERE m.id = a.milestone_id AND m.origin = 'DUTY' AND m.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
    AND m.created_at > now() - interval '40 days' AND a.given_at < m.created_at + interval '1 minute'
    AND a.given_by_id IS NOT NULL;
"""

BACKWARDS = f"""
DROP TRIGGER followups_give_next ON followups_duty;
DROP FUNCTION followups_give_next();
DROP TRIGGER followups_go_on ON followups_duty;
DROP FUNCTION followups_go_on();
{definition(FUNCTIONS, "followups_derive_duties")}
{definition(FUNCTIONS, "followups_extend")}
DROP FUNCTION followups_occur(bigint[], date[]);
DROP FUNCTION followups_next(date, int, date);
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0016_open_again")]

    operations = [migrations.RunSQL(OCCUR + EXTEND + DERIVE_DUTIES + TRIGGERS + STORED, BACKWARDS)]
