"""What opens again is to be done again, what the data close is told in the log, and both on the day of the region that
keeps it: before seven in the morning the day of Greenwich is that of yesterday."""

from importlib import import_module

from django.db import migrations

from records.migrating import definition

FUNCTIONS = import_module("followups.migrations.0002_functions").FORWARDS

DAY = """
-- The day that it is in a region at a moment.
CREATE FUNCTION followups_day(region bigint, moment timestamptz) RETURNS date AS $$
    SELECT (moment AT TIME ZONE notices_zone(r.time_zone, 'UTC'))::date FROM regions_region r WHERE r.id = region
$$ LANGUAGE sql STABLE;
"""

OPEN_AGAIN = """
-- What is open is to be done by somebody: where all sides had confirmed, all of them do it again.
CREATE FUNCTION followups_open_again() RETURNS trigger AS $$
BEGIN
    UPDATE followups_part SET done_on = NULL, done_by_id = NULL, note = '' WHERE milestone_id = NEW.id
        AND NOT EXISTS (SELECT 1 FROM followups_part waiting
            WHERE waiting.milestone_id = NEW.id AND waiting.done_on IS NULL);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_open_again AFTER UPDATE ON followups_milestone FOR EACH ROW
    WHEN (OLD.status NOT IN ('OPEN', 'IN_PROGRESS', 'BLOCKED') AND NEW.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED'))
    EXECUTE FUNCTION followups_open_again();
"""

STORED = """
SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
    set_config('pghistory.context_metadata', '{"url": "migrate"}', true);
UPDATE followups_part p SET done_on = NULL, done_by_id = NULL, note = '' FROM followups_milestone m
WHERE m.id = p.milestone_id AND m.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED') AND NOT EXISTS (
    SELECT 1 FROM followups_part waiting WHERE waiting.milestone_id = m.id AND waiting.done_on IS NULL);
"""

VISIT = """
-- When a visit changes sides, day or keeper, its milestones follow. What a person entered is open since the day of the
-- visit or of entering it, whichever came first.
CREATE OR REPLACE FUNCTION followups_follow_visit() RETURNS trigger AS $$
BEGIN
    UPDATE followups_milestone SET since = CASE
            WHEN NEW.starts_on IS NULL OR NEW.starts_on IS NOT DISTINCT FROM OLD.starts_on THEN since
            WHEN origin = 'OUTCOME' THEN NEW.starts_on
            ELSE LEAST(NEW.starts_on, followups_day(owner_id, created_at)) END,
        owner_id = CASE WHEN origin = 'OUTCOME' THEN NEW.owner_id ELSE owner_id END
    WHERE visit_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
"""

OUTCOME = """
-- An outcome with a follow-up is a milestone: the two are one thing, written from either side.
CREATE OR REPLACE FUNCTION followups_follow_outcome() RETURNS trigger AS $$
DECLARE
    v visits_visit;
    m bigint;
    was text;
    done date;
BEGIN
    SELECT id, status INTO m, was FROM followups_milestone WHERE outcome_id = NEW.id;
    IF was <> 'CANCELLED' AND NEW.follow_up IN ('NOT_NEEDED', 'CANCELLED') THEN
        INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
        VALUES (m, 'CLOSED_BY_DATA', '', clock_timestamp());
    END IF;
    IF NEW.follow_up = 'NOT_NEEDED' THEN
        UPDATE followups_milestone SET status = 'CANCELLED', done_on = NULL, closed_by_data = true
        WHERE id = m AND status <> 'CANCELLED';
        RETURN NULL;
    END IF;
    SELECT * INTO v FROM visits_visit WHERE id = NEW.visit_id;
    done = CASE NEW.follow_up WHEN 'DONE' THEN followups_day(v.owner_id, notices_now()) END;
    IF m IS NULL THEN
        INSERT INTO followups_milestone (version, kind, title, note, status, priority, requested_by, due_on, due_precision,
            due_as_stated, since, owner_id, internal, origin, visit_id, outcome_id, done_on, evidence, closed_by_data,
            opened_at, submission, created_by_id, created_at, region_ids, organisation_ids, user_ids)
        VALUES (1, CASE NEW.kind WHEN 'INVITATION' THEN 'RETURN_VISIT' ELSE 'FOLLOW_UP' END, NEW.text, '', NEW.follow_up,
            'NORMAL', NEW.requested_by, NEW.due_on, 'DAY', NEW.due_as_stated,
            COALESCE(v.starts_on, v.created_at::date), v.owner_id, false, 'OUTCOME', v.id, NEW.id, done, '', false,
            clock_timestamp(), gen_random_uuid(), v.created_by_id, clock_timestamp(), '{}', '{}', '{}')
        RETURNING id INTO m;
    ELSE
        UPDATE followups_milestone SET title = NEW.text, status = NEW.follow_up, requested_by = NEW.requested_by,
            due_on = NEW.due_on, due_as_stated = NEW.due_as_stated, visit_id = NEW.visit_id,
            due_precision = CASE WHEN due_on IS DISTINCT FROM NEW.due_on THEN 'DAY' ELSE due_precision END,
            kind = CASE WHEN NEW.kind = 'INVITATION' AND kind = 'FOLLOW_UP' THEN 'RETURN_VISIT' ELSE kind END,
            done_on = CASE WHEN done IS NOT NULL THEN COALESCE(done_on, done) END,
            closed_by_data = false
        WHERE id = m AND (title, status, requested_by, due_on, due_as_stated, visit_id)
            IS DISTINCT FROM (NEW.text, NEW.follow_up, NEW.requested_by, NEW.due_on, NEW.due_as_stated, NEW.visit_id);
    END IF;
    IF NEW.responsible_id IS DISTINCT FROM (
            SELECT unit_id FROM followups_part WHERE milestone_id = m AND position = 0 ORDER BY id LIMIT 1) THEN
        DELETE FROM followups_part WHERE milestone_id = m AND position = 0;
        IF NEW.responsible_id IS NOT NULL THEN
            INSERT INTO followups_part (milestone_id, unit_id, note, given_at, position)
            VALUES (m, NEW.responsible_id, '', clock_timestamp(), 0)
            ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
"""

DERIVE = """
-- Milestones that follow the data of agreements: made, moved, closed and opened again.
CREATE OR REPLACE FUNCTION followups_derive(which bigint[]) RETURNS void AS $$
BEGIN
    PERFORM set_config('simpul.deriving', 'yes', true);
    WITH w AS MATERIALIZED (SELECT * FROM followups_wanted(which)
    ), made AS (
        INSERT INTO followups_milestone (version, kind, title, note, status, priority, requested_by, due_on,
            due_precision, due_as_stated, since, owner_id, internal, origin, agreement_id, step_id, programme_id,
            indicator_id, derived_key, evidence, closed_by_data, opened_at, submission, created_at, region_ids,
            organisation_ids, user_ids)
        SELECT 1, w.kind, '', '', 'OPEN', 'NORMAL', '', w.due_on, 'DAY', '', w.since, w.owner_id, false, 'DATA',
            w.agreement_id, w.step_id, w.programme_id, w.indicator_id, w.key, '', false, clock_timestamp(),
            gen_random_uuid(), clock_timestamp(), '{}', '{}', '{}'
        FROM w WHERE NOT EXISTS (SELECT 1 FROM followups_milestone m WHERE m.derived_key = w.key)
        ON CONFLICT (derived_key) DO NOTHING RETURNING id, owner_id
    ), sides AS (
        INSERT INTO followups_part (milestone_id, region_id, note, given_at, position)
        SELECT id, owner_id, '', clock_timestamp(), 0 FROM made
    ), moved AS (  -- or open again; what a person has closed stays closed until its day moves
        UPDATE followups_milestone m SET due_on = w.due_on, since = w.since, done_on = NULL, closed_by_data = false,
            status = CASE WHEN m.status IN ('DONE', 'CANCELLED') THEN 'OPEN' ELSE m.status END
        FROM w, followups_milestone before
        WHERE m.derived_key = w.key AND before.id = m.id AND (m.due_on <> w.due_on
            OR (m.status IN ('DONE', 'CANCELLED') AND m.closed_by_data))
        RETURNING m.id, before.due_on AS old_due, m.due_on AS new_due,
            before.status IN ('DONE', 'CANCELLED') AS was_closed
    ), closed AS (  -- renewed, moved on, active again, reached: done; the rest falls away
        UPDATE followups_milestone m SET closed_by_data = true,
            status = CASE WHEN c.done THEN 'DONE' ELSE 'CANCELLED' END, done_on = CASE WHEN c.done THEN c.today END
        FROM (
            SELECT m.id, t.today, CASE
                WHEN m.kind IN ('EXPIRY', 'NOTICE_DEADLINE') THEN a.has_acts AND a.closed_as = '' AND agreements_act_from(
                    a.id, t.today, '{RENEWAL,REPLACEMENT}') IS NOT NULL
                WHEN m.kind = 'STEP' THEN a.closed_as = '' AND a.step_id IS DISTINCT FROM m.step_id
                WHEN m.kind = 'SILENCE' THEN a.closed_as = ''
                ELSE EXISTS (SELECT 1 FROM agreements_measurement x JOIN agreements_indicator i ON i.id = x.indicator_id
                    WHERE i.id = m.indicator_id
                        AND CASE i.better WHEN 'HIGHER' THEN x.value >= i.target ELSE x.value <= i.target END)
                END AS done
            FROM followups_milestone m JOIN agreements_agreement a ON a.id = m.agreement_id
            CROSS JOIN LATERAL (SELECT followups_day(m.owner_id, notices_now()) AS today) t
            WHERE m.derived_key IS NOT NULL AND m.status IN ('SUGGESTED', 'OPEN', 'IN_PROGRESS', 'BLOCKED')
                AND (which IS NULL OR m.agreement_id = ANY (which))
                AND NOT EXISTS (SELECT 1 FROM w WHERE w.key = m.derived_key)
        ) c WHERE c.id = m.id RETURNING m.id
    )
    INSERT INTO followups_milestoneentry (milestone_id, deed, text, old_due, new_due, at)
    SELECT id, CASE WHEN was_closed THEN 'REOPENED_BY_DATA' ELSE 'MOVED_BY_DATA' END, '', old_due, new_due,
        clock_timestamp() FROM moved
    UNION ALL
    SELECT id, 'CLOSED_BY_DATA', '', NULL, NULL, clock_timestamp() FROM closed;

    PERFORM followups_derive_duties(which);
    PERFORM followups_extend(CASE WHEN which IS NOT NULL THEN ARRAY(
        SELECT id FROM followups_duty WHERE agreement_id = ANY (which)) END);

    -- an evaluation, or a periodic report that was attached, settles the occurrence in whose period it falls
    WITH settled AS (
        UPDATE followups_milestone m SET status = 'DONE', done_on = s.day, closed_by_data = true
        FROM (
            SELECT m.id, min(e.day) AS day FROM followups_milestone m
            JOIN followups_duty d ON d.id = m.duty_id
            JOIN LATERAL (
                SELECT v.evaluated_on AS day, COALESCE(v.period_until, v.evaluated_on) AS falls
                FROM agreements_evaluation v
                WHERE m.kind = 'MONEV' AND v.agreement_id = m.agreement_id
                    AND (m.programme_id IS NULL OR v.programme_id = m.programme_id)
                UNION ALL
                SELECT t.day, t.day FROM agreements_agreementattachment x
                CROSS JOIN LATERAL (SELECT followups_day(m.owner_id, x.uploaded_at) AS day) t
                WHERE m.kind IN ('REPORT_SEMESTER', 'REPORT_ANNUAL') AND x.agreement_id = m.agreement_id
                    AND x.kind = 'PERIODIC_REPORT'
            ) e ON e.falls > (m.due_on - make_interval(months => d.every_months))::date AND e.falls <= m.due_on
            WHERE m.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
                AND m.kind IN ('MONEV', 'REPORT_SEMESTER', 'REPORT_ANNUAL')
                AND (which IS NULL OR m.agreement_id = ANY (which))
            GROUP BY m.id
        ) s WHERE s.id = m.id RETURNING m.id
    )
    INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
    SELECT id, 'CLOSED_BY_DATA', '', clock_timestamp() FROM settled;
    PERFORM set_config('simpul.deriving', '', true);
END
$$ LANGUAGE plpgsql;
"""

BACKWARDS = f"""
DROP TRIGGER followups_open_again ON followups_milestone;
DROP FUNCTION followups_open_again();
{definition(FUNCTIONS, "followups_derive")}
{definition(FUNCTIONS, "followups_follow_outcome")}
{definition(FUNCTIONS, "followups_follow_visit")}
DROP FUNCTION followups_day(bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0015_who_is_told")]

    operations = [migrations.RunSQL(DAY + OPEN_AGAIN + STORED + VISIT + OUTCOME + DERIVE, BACKWARDS)]
