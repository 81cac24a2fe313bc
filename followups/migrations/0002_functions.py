"""What keeps follow-ups true without anybody's help: who sees them, outcomes and milestones as one, and what the data say.

`followups_derive` makes, moves and closes the milestones that follow an agreement: its end, its notice date, the deadline
of the step at which it stands, silence, targets of indicators, periodic reports and evaluations. It runs at the end of
every transaction that touches an agreement (through `followups_stale`), and hourly for all, since days pass by
themselves.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION followups_digest(m bigint, owner bigint, v bigint, a bigint, internal boolean,
    OUT region_ids bigint[], OUT organisation_ids bigint[], OUT user_ids bigint[]) AS $$
    SELECT
        ARRAY(SELECT DISTINCT r FROM (
            SELECT owner AS r
            UNION SELECT region_id FROM followups_part WHERE milestone_id = m AND NOT internal
            UNION SELECT unnest(region_ids) FROM visits_visit WHERE id = v AND NOT internal
            UNION SELECT unnest(region_ids) FROM agreements_agreement WHERE id = a AND NOT internal
        ) taking_part WHERE r IS NOT NULL ORDER BY r),
        ARRAY(SELECT DISTINCT unit_id FROM followups_part WHERE milestone_id = m AND unit_id IS NOT NULL ORDER BY 1),
        ARRAY(SELECT user_id FROM followups_assignee WHERE milestone_id = m ORDER BY 1)
$$ LANGUAGE sql STABLE;

-- When a visit or an agreement changes sides, day or keeper, its milestones follow.
CREATE FUNCTION followups_follow_visit() RETURNS trigger AS $$
BEGIN
    UPDATE followups_milestone SET since = COALESCE(NEW.starts_on, since),
        owner_id = CASE WHEN origin = 'OUTCOME' THEN NEW.owner_id ELSE owner_id END
    WHERE visit_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_follow_visit AFTER UPDATE ON visits_visit FOR EACH ROW
    WHEN ((OLD.region_ids, OLD.starts_on, OLD.owner_id) IS DISTINCT FROM (NEW.region_ids, NEW.starts_on, NEW.owner_id))
    EXECUTE FUNCTION followups_follow_visit();

CREATE FUNCTION followups_follow_agreement() RETURNS trigger AS $$
BEGIN
    UPDATE followups_milestone SET owner_id = CASE WHEN origin IN ('DATA', 'DUTY') THEN NEW.owner_id ELSE owner_id END
    WHERE agreement_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_follow_agreement AFTER UPDATE ON agreements_agreement FOR EACH ROW
    WHEN ((OLD.region_ids, OLD.owner_id) IS DISTINCT FROM (NEW.region_ids, NEW.owner_id))
    EXECUTE FUNCTION followups_follow_agreement();

-- An outcome with a follow-up is a milestone: the two are one thing, written from either side.
CREATE FUNCTION followups_follow_outcome() RETURNS trigger AS $$
DECLARE
    v visits_visit;
    m bigint;
BEGIN
    SELECT id INTO m FROM followups_milestone WHERE outcome_id = NEW.id;
    IF NEW.follow_up = 'NOT_NEEDED' THEN
        UPDATE followups_milestone SET status = 'CANCELLED', done_on = NULL, closed_by_data = true
        WHERE id = m AND status <> 'CANCELLED';
        RETURN NULL;
    END IF;
    SELECT * INTO v FROM visits_visit WHERE id = NEW.visit_id;
    IF m IS NULL THEN
        INSERT INTO followups_milestone (version, kind, title, note, status, priority, requested_by, due_on, due_precision,
            due_as_stated, since, owner_id, internal, origin, visit_id, outcome_id, done_on, evidence, closed_by_data,
            opened_at, submission, created_by_id, created_at, region_ids, organisation_ids, user_ids)
        VALUES (1, CASE NEW.kind WHEN 'INVITATION' THEN 'RETURN_VISIT' ELSE 'FOLLOW_UP' END, NEW.text, '', NEW.follow_up,
            'NORMAL', NEW.requested_by, NEW.due_on, 'DAY', NEW.due_as_stated,
            COALESCE(v.starts_on, v.created_at::date), v.owner_id, false, 'OUTCOME', v.id, NEW.id,
            CASE NEW.follow_up WHEN 'DONE' THEN (notices_now() AT TIME ZONE 'UTC')::date END, '', false,
            clock_timestamp(), gen_random_uuid(), v.created_by_id, clock_timestamp(), '{}', '{}', '{}')
        RETURNING id INTO m;
    ELSE
        UPDATE followups_milestone SET title = NEW.text, status = NEW.follow_up, requested_by = NEW.requested_by,
            due_on = NEW.due_on, due_as_stated = NEW.due_as_stated, visit_id = NEW.visit_id,
            due_precision = CASE WHEN due_on IS DISTINCT FROM NEW.due_on THEN 'DAY' ELSE due_precision END,
            kind = CASE WHEN NEW.kind = 'INVITATION' AND kind = 'FOLLOW_UP' THEN 'RETURN_VISIT' ELSE kind END,
            done_on = CASE WHEN NEW.follow_up = 'DONE'
                THEN COALESCE(done_on, (notices_now() AT TIME ZONE 'UTC')::date) END,
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
CREATE TRIGGER followups_follow_outcome AFTER INSERT OR UPDATE ON visits_outcome FOR EACH ROW
    EXECUTE FUNCTION followups_follow_outcome();

CREATE FUNCTION followups_lead_outcome() RETURNS trigger AS $$
BEGIN
    UPDATE visits_outcome SET text = NEW.title, requested_by = NEW.requested_by, due_on = NEW.due_on,
        due_as_stated = NEW.due_as_stated,
        follow_up = CASE WHEN follow_up = 'NOT_NEEDED' AND NEW.status = 'CANCELLED' THEN follow_up ELSE NEW.status END
    WHERE id = NEW.outcome_id AND (text, requested_by, due_on, due_as_stated,
            CASE WHEN follow_up = 'NOT_NEEDED' THEN 'CANCELLED' ELSE follow_up END)
        IS DISTINCT FROM (NEW.title, NEW.requested_by, NEW.due_on, NEW.due_as_stated, NEW.status);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_lead_outcome AFTER UPDATE ON followups_milestone FOR EACH ROW
    WHEN (NEW.outcome_id IS NOT NULL AND (OLD.title, OLD.requested_by, OLD.due_on, OLD.due_as_stated, OLD.status)
        IS DISTINCT FROM (NEW.title, NEW.requested_by, NEW.due_on, NEW.due_as_stated, NEW.status))
    EXECUTE FUNCTION followups_lead_outcome();

CREATE FUNCTION followups_lead_responsible() RETURNS trigger AS $$
DECLARE
    m bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.milestone_id ELSE NEW.milestone_id END;
    first_unit bigint;
BEGIN
    IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
    SELECT unit_id INTO first_unit FROM followups_part WHERE milestone_id = m ORDER BY position, id LIMIT 1;
    UPDATE visits_outcome o SET responsible_id = first_unit FROM followups_milestone t
    WHERE t.id = m AND o.id = t.outcome_id AND o.responsible_id IS DISTINCT FROM first_unit;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_lead_responsible AFTER INSERT OR UPDATE OR DELETE ON followups_part FOR EACH ROW
    EXECUTE FUNCTION followups_lead_responsible();

-- The n-th occurrence of a duty; of a shorter month its last day.
CREATE FUNCTION followups_nth(first_on date, every_months int, n int) RETURNS date AS $$
    SELECT (first_on + make_interval(months => every_months * n))::date
$$ LANGUAGE sql IMMUTABLE STRICT;

-- Every duty that goes on has one occurrence ahead of today, with the sides and people of the one before; what a duty no
-- longer covers is closed.
CREATE FUNCTION followups_extend(duties bigint[]) RETURNS void AS $$
BEGIN
    WITH d AS MATERIALIZED (
        SELECT f.*, (notices_now() AT TIME ZONE notices_zone(r.time_zone, 'UTC'))::date AS today,
            b.id AS before, b.due_on AS last_due
        FROM followups_duty f JOIN regions_region r ON r.id = f.owner_id
        LEFT JOIN LATERAL (SELECT m.id, m.due_on FROM followups_milestone m WHERE m.duty_id = f.id
            ORDER BY m.due_on DESC LIMIT 1) b ON true
        WHERE f.ended_on IS NULL AND (duties IS NULL OR f.id = ANY (duties))
            AND (b.due_on IS NULL OR b.due_on <= (notices_now() AT TIME ZONE 'UTC')::date + 1)
    ), due AS MATERIALIZED (
        SELECT d.*, followups_nth(d.first_on, d.every_months, n) AS day
        FROM d CROSS JOIN LATERAL generate_series(
            0, GREATEST(0, (d.today - d.first_on) / 28 / d.every_months + 2)) AS n
        WHERE (n = 0 OR followups_nth(d.first_on, d.every_months, n - 1) <= d.today)
            AND followups_nth(d.first_on, d.every_months, n) > COALESCE(d.last_due, DATE '0001-01-01')
            AND (d.until IS NULL OR followups_nth(d.first_on, d.every_months, n) <= d.until)
    ), made AS (
        INSERT INTO followups_milestone (version, kind, title, note, status, priority, requested_by, due_on,
            due_precision, due_as_stated, since, owner_id, internal, origin, agreement_id, programme_id, duty_id,
            evidence, closed_by_data, opened_at, submission, created_by_id, created_at, region_ids, organisation_ids,
            user_ids)
        SELECT 1, kind, title, '', 'OPEN', 'NORMAL', '', day, 'DAY', '', today, owner_id, false, 'DUTY', agreement_id,
            programme_id, id, '', false, clock_timestamp(), gen_random_uuid(), created_by_id, clock_timestamp(),
            '{}', '{}', '{}'
        FROM due ORDER BY id, day
        ON CONFLICT DO NOTHING RETURNING id, duty_id
    ), sides AS (
        INSERT INTO followups_part (milestone_id, region_id, unit_id, note, given_at, given_by_id, position)
        SELECT made.id, p.region_id, p.unit_id, '', clock_timestamp(), p.given_by_id, p.position
        FROM made JOIN d ON d.id = made.duty_id JOIN followups_part p ON p.milestone_id = d.before
        UNION ALL
        SELECT made.id, COALESCE(d.region_id, d.owner_id), d.unit_id, '', clock_timestamp(), d.created_by_id, 0
        FROM made JOIN d ON d.id = made.duty_id WHERE d.before IS NULL
    )
    INSERT INTO followups_assignee (milestone_id, user_id, given_by_id, given_at)
    SELECT made.id, a.user_id, a.given_by_id, clock_timestamp()
    FROM made JOIN d ON d.id = made.duty_id JOIN followups_assignee a ON a.milestone_id = d.before;

    UPDATE followups_milestone m SET status = 'CANCELLED', closed_by_data = true
    FROM followups_duty f
    WHERE m.duty_id = f.id AND m.status IN ('SUGGESTED', 'OPEN', 'IN_PROGRESS', 'BLOCKED')
        AND (duties IS NULL OR f.id = ANY (duties)) AND m.due_on > COALESCE(f.ended_on, f.until);
END
$$ LANGUAGE plpgsql;

-- What follows from agreements (all when `which` is NULL): one row for each milestone that should be open.
CREATE TYPE followups_row AS (agreement_id bigint, owner_id bigint, key text, kind text, step_id bigint,
    programme_id bigint, indicator_id bigint, due_on date, since date);
CREATE FUNCTION followups_wanted(which bigint[]) RETURNS SETOF followups_row AS $$
    WITH it AS MATERIALIZED (
        SELECT a.*, t.today,
            CASE WHEN a.has_acts THEN agreements_reach(a.id, t.today, a.runs_until) ELSE a.runs_until END AS reach,
            COALESCE(p.silent_after_months, 12) AS silent_after,
            agreements_state(a.id, t.today, a.has_acts, a.has_breaks, a.closed_as, a.closed_on, a.counts_from,
                a.runs_from, a.runs_until, a.activity, COALESCE(p.ending_soon_days, 90),
                COALESCE(p.silent_after_months, 12)) AS state
        FROM agreements_agreement a
        JOIN regions_region r ON r.id = a.owner_id
        LEFT JOIN agreements_process p ON p.id = a.process_id
        CROSS JOIN LATERAL (
            SELECT (notices_now() AT TIME ZONE notices_zone(r.time_zone, 'UTC'))::date AS today) t
        WHERE which IS NULL OR a.id = ANY (which)
    ), going_on AS (
        SELECT * FROM it WHERE is_signed AND nature NOT IN ('AMENDMENT', 'ADDENDUM', 'TERMINATION')
            AND state NOT IN ('RENEWED', 'COMPLETED', 'TERMINATED', 'REVOKED', 'REJECTED', 'WITHDRAWN')
    )
    SELECT id, owner_id, 'EXPIRY:' || id, 'EXPIRY', NULL::bigint, NULL::bigint, NULL::bigint, reach,
        COALESCE(counts_from, created_at::date)
    FROM going_on WHERE reach IS NOT NULL AND reach < DATE '9999-12-31'
    UNION ALL
    SELECT id, owner_id, 'NOTICE:' || id, 'NOTICE_DEADLINE', NULL, NULL, NULL, reach - notice_days,
        COALESCE(counts_from, created_at::date)
    FROM going_on WHERE reach IS NOT NULL AND reach < DATE '9999-12-31' AND notice_days IS NOT NULL AND state <> 'EXPIRED'
    UNION ALL
    SELECT it.id, it.owner_id, 'STEP:' || it.id || ':' || s.id || ':' || it.stage_since, 'STEP', s.id, NULL, NULL,
        LEAST(it.stage_since + s.days_allowed, DATE '9999-12-30'), it.stage_since
    FROM it JOIN agreements_processstep s ON s.id = it.step_id
    WHERE it.closed_as = '' AND s.days_allowed IS NOT NULL AND it.stage_since IS NOT NULL
        AND it.state NOT IN ('ON_HOLD', 'DORMANT')
    UNION ALL
    SELECT id, owner_id, 'SILENCE:' || id || ':' || last_active_on, 'SILENCE', NULL, NULL, NULL,
        (last_active_on + make_interval(months => silent_after))::date, last_active_on
    FROM it WHERE state = 'DORMANT' AND last_active_on IS NOT NULL
    UNION ALL
    SELECT g.id, g.owner_id, 'TARGET:' || i.id, 'TARGET', NULL, p.id, i.id, i.target_on,
        COALESCE(p.starts_on, g.counts_from, g.created_at::date)
    FROM going_on g JOIN agreements_programme p ON p.agreement_id = g.id
    JOIN agreements_indicator i ON i.programme_id = p.id
    WHERE g.state <> 'EXPIRED' AND i.target_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreements_measurement m WHERE m.indicator_id = i.id
        AND CASE i.better WHEN 'HIGHER' THEN m.value >= i.target ELSE m.value <= i.target END)
$$ LANGUAGE sql STABLE;

-- Periodic reports and evaluations of an agreement in force, as often as its process says. A duty that a person or a
-- source gave takes the place of ours.
CREATE TYPE followups_period AS (key text, agreement_id bigint, owner_id bigint, kind text, months int, anchor date,
    today date);
CREATE FUNCTION followups_periods(which bigint[]) RETURNS SETOF followups_period AS $$
    SELECT c.kind || ':' || a.id, a.id, a.owner_id, c.kind, c.months, a.anchor, a.today
    FROM (
        SELECT a.id, a.owner_id, p.report_months, p.evaluation_months, t.today,
            COALESCE(a.runs_from, a.signed_on, a.created_at::date) AS anchor
        FROM agreements_agreement a JOIN agreements_process p ON p.id = a.process_id
        JOIN regions_region r ON r.id = a.owner_id
        CROSS JOIN LATERAL (
            SELECT (notices_now() AT TIME ZONE notices_zone(r.time_zone, 'UTC'))::date AS today) t
        WHERE a.is_signed AND a.nature NOT IN ('AMENDMENT', 'ADDENDUM', 'TERMINATION')
            AND (which IS NULL OR a.id = ANY (which))
            AND agreements_state(a.id, t.today, a.has_acts, a.has_breaks, a.closed_as, a.closed_on, a.counts_from,
                a.runs_from, a.runs_until, a.activity, p.ending_soon_days, p.silent_after_months)
                IN ('ACTIVE', 'EXPIRING', 'DORMANT')
    ) a CROSS JOIN LATERAL (VALUES
        (CASE a.report_months WHEN 12 THEN 'REPORT_ANNUAL' ELSE 'REPORT_SEMESTER' END, a.report_months),
        ('MONEV', a.evaluation_months)) AS c(kind, months)
    WHERE c.months IS NOT NULL AND a.anchor < DATE '9000-01-01'
        AND NOT EXISTS (SELECT 1 FROM followups_duty d WHERE d.agreement_id = a.id
            AND d.derived_key IS NULL AND d.kind = c.kind)
$$ LANGUAGE sql STABLE;

CREATE FUNCTION followups_derive_duties(which bigint[]) RETURNS void AS $$
BEGIN
    WITH p AS MATERIALIZED (SELECT * FROM followups_periods(which)
    ), made AS (
        INSERT INTO followups_duty (version, kind, title, recurrence, every_months, certainty, as_stated, first_on,
            agreement_id, owner_id, region_id, derived_key, submission, created_at)
        SELECT 1, p.kind, '', CASE p.months WHEN 1 THEN 'MONTHLY' WHEN 3 THEN 'QUARTERLY' WHEN 6 THEN 'SEMESTER'
                WHEN 12 THEN 'ANNUAL' ELSE 'CUSTOM' END, p.months, 'DEFAULT', '',
            (SELECT min(due) FROM (SELECT followups_nth(p.anchor, p.months, n) AS due
                FROM generate_series(GREATEST(1, ((p.today - p.anchor) / 31 / p.months)),
                    GREATEST(1, ((p.today - p.anchor) / 28 / p.months)) + 2) AS n) AS nths WHERE due > p.today),
            p.agreement_id, p.owner_id, p.owner_id, p.key, gen_random_uuid(), clock_timestamp()
        FROM p WHERE NOT EXISTS (SELECT 1 FROM followups_duty d WHERE d.derived_key = p.key)
        ON CONFLICT (derived_key) DO NOTHING
    ), begun_again AS (
        UPDATE followups_duty d SET ended_on = NULL FROM p WHERE d.derived_key = p.key AND d.ended_on IS NOT NULL
    ), open_again AS (
        UPDATE followups_milestone m SET status = 'OPEN', closed_by_data = false
        FROM p JOIN followups_duty d ON d.derived_key = p.key
        WHERE d.ended_on IS NOT NULL AND m.duty_id = d.id AND m.status = 'CANCELLED' AND m.closed_by_data
            AND m.due_on > p.today AND (d.until IS NULL OR m.due_on <= d.until)
    )
    UPDATE followups_duty d SET ended_on = (notices_now() AT TIME ZONE 'UTC')::date
    WHERE d.derived_key IS NOT NULL AND d.ended_on IS NULL AND (which IS NULL OR d.agreement_id = ANY (which))
        AND NOT EXISTS (SELECT 1 FROM p WHERE p.key = d.derived_key);
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION followups_derive(which bigint[]) RETURNS void AS $$
DECLARE
    the_day date = (notices_now() AT TIME ZONE 'UTC')::date;
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
            status = CASE WHEN c.done THEN 'DONE' ELSE 'CANCELLED' END, done_on = CASE WHEN c.done THEN the_day END
        FROM (
            SELECT m.id, CASE
                WHEN m.kind IN ('EXPIRY', 'NOTICE_DEADLINE') THEN a.has_acts AND a.closed_as = '' AND agreements_act_from(
                    a.id, the_day + 1, '{RENEWAL,REPLACEMENT}') IS NOT NULL
                WHEN m.kind = 'STEP' THEN a.closed_as = '' AND a.step_id IS DISTINCT FROM m.step_id
                WHEN m.kind = 'SILENCE' THEN a.closed_as = ''
                ELSE EXISTS (SELECT 1 FROM agreements_measurement x JOIN agreements_indicator i ON i.id = x.indicator_id
                    WHERE i.id = m.indicator_id
                        AND CASE i.better WHEN 'HIGHER' THEN x.value >= i.target ELSE x.value <= i.target END)
                END AS done
            FROM followups_milestone m JOIN agreements_agreement a ON a.id = m.agreement_id
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
                SELECT x.uploaded_at::date, x.uploaded_at::date FROM agreements_agreementattachment x
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

-- Officers of a region; where there is none, who else may write for it.
CREATE FUNCTION followups_officers(region bigint) RETURNS SETOF bigint AS $$
    SELECT m.user_id FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.region_id = region AND (m.role = 'OFFICER' OR (m.role IN ('MANAGER', 'ADMIN') AND NOT EXISTS (
        SELECT 1 FROM accounts_membership o JOIN accounts_user w ON w.id = o.user_id AND w.is_active
        WHERE o.region_id = region AND o.role = 'OFFICER')))
$$ LANGUAGE sql STABLE;

-- Who is responsible for what is still to be done: the people to whom it is given; else of each side the members of its
-- unit, or, where the unit has none, the officers of its region; else the officers of who keeps the record.
CREATE FUNCTION followups_responsible(m bigint) RETURNS SETOF bigint AS $$
BEGIN
    RETURN QUERY SELECT a.user_id FROM followups_assignee a JOIN accounts_user u ON u.id = a.user_id AND u.is_active
        WHERE a.milestone_id = m;
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT x.user_id FROM followups_part p
        JOIN accounts_membership x ON x.unit_id = p.unit_id JOIN accounts_user u ON u.id = x.user_id AND u.is_active
        WHERE p.milestone_id = m AND p.done_on IS NULL
        UNION SELECT o FROM followups_part p CROSS JOIN LATERAL followups_officers(p.region_id) o
        WHERE p.milestone_id = m AND p.done_on IS NULL AND (p.unit_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM accounts_membership x JOIN accounts_user u ON u.id = x.user_id AND u.is_active
            WHERE x.unit_id = p.unit_id));
    IF EXISTS (SELECT 1 FROM followups_part WHERE milestone_id = m) THEN RETURN; END IF;
    RETURN QUERY SELECT o FROM followups_milestone t CROSS JOIN LATERAL followups_officers(t.owner_id) o WHERE t.id = m;
END
$$ LANGUAGE plpgsql STABLE;

-- May this user see the milestone? As `Milestone.objects.visible_to`.
CREATE FUNCTION followups_is_seen_by(who bigint, region_ids bigint[], organisation_ids bigint[], user_ids bigint[])
RETURNS boolean AS $$
    SELECT who = ANY (user_ids)
        OR EXISTS (SELECT 1 FROM accounts_user WHERE id = who AND is_active AND is_superuser)
        OR EXISTS (SELECT 1 FROM accounts_membership m LEFT JOIN regions_region below
                ON m.supervises AND below.parent_id = m.region_id AND below.id = ANY (region_ids)
            WHERE m.user_id = who AND (m.region_id = ANY (region_ids) OR below.id IS NOT NULL
                OR m.unit_id = ANY (organisation_ids)))
$$ LANGUAGE sql STABLE;

-- To whom a rule writes about a milestone.
CREATE FUNCTION followups_audience(m bigint, audience text, people bigint[]) RETURNS SETOF bigint AS $$
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
            RETURN QUERY SELECT DISTINCT x.user_id FROM accounts_membership x
                WHERE x.role = 'MANAGER' AND x.region_id = ANY (CASE
                    WHEN doing <> '{}' THEN doing ELSE ARRAY[t.owner_id] END);
        ELSIF audience = 'PARTNER' THEN
            RETURN QUERY SELECT o FROM unnest(t.region_ids) r CROSS JOIN LATERAL followups_officers(r) o
                WHERE r <> ALL (doing || CASE WHEN doing = '{}' THEN ARRAY[t.owner_id] END);
        END IF;
    END IF;
END
$$ LANGUAGE plpgsql STABLE;

-- Agreements touched by this transaction are derived once, at its end.
CREATE TABLE followups_stale (agreement_id bigint PRIMARY KEY);
CREATE FUNCTION followups_mark_stale() RETURNS trigger AS $$
BEGIN
    IF current_setting('simpul.deriving', true) = 'yes' THEN
        RETURN NULL;  -- written by followups_derive itself
    ELSIF TG_TABLE_NAME = 'agreements_agreement' THEN
        INSERT INTO followups_stale VALUES (NEW.id) ON CONFLICT DO NOTHING;
        IF NEW.predecessor_id IS NOT NULL THEN
            INSERT INTO followups_stale VALUES (NEW.predecessor_id) ON CONFLICT DO NOTHING;
        END IF;
    ELSIF NEW.agreement_id IS NOT NULL THEN
        INSERT INTO followups_stale VALUES (NEW.agreement_id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE FUNCTION followups_freshen() RETURNS trigger AS $$
DECLARE
    which bigint[];
BEGIN
    WITH taken AS (DELETE FROM followups_stale RETURNING agreement_id)
    SELECT array_agg(agreement_id ORDER BY agreement_id) INTO which FROM taken;
    IF which IS NOT NULL THEN PERFORM followups_derive(which); END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_mark_stale AFTER INSERT OR UPDATE ON agreements_agreement FOR EACH ROW
    EXECUTE FUNCTION followups_mark_stale();
CREATE TRIGGER followups_mark_stale AFTER INSERT ON agreements_agreementattachment FOR EACH ROW
    EXECUTE FUNCTION followups_mark_stale();
CREATE TRIGGER followups_mark_stale AFTER INSERT OR UPDATE ON followups_duty FOR EACH ROW
    EXECUTE FUNCTION followups_mark_stale();
CREATE CONSTRAINT TRIGGER followups_freshen AFTER INSERT ON followups_stale DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION followups_freshen();

-- A duty of no agreement has its occurrences at once, too.
CREATE FUNCTION followups_extend_one() RETURNS trigger AS $$
BEGIN
    PERFORM followups_extend(ARRAY[NEW.id]);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER followups_extend_one AFTER INSERT OR UPDATE ON followups_duty DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.agreement_id IS NULL) EXECUTE FUNCTION followups_extend_one();
"""

BACKWARDS = """
DROP TRIGGER followups_extend_one ON followups_duty;
DROP FUNCTION followups_extend_one();
DROP TABLE followups_stale;
DROP TRIGGER followups_mark_stale ON followups_duty;
DROP TRIGGER followups_mark_stale ON agreements_agreementattachment;
DROP TRIGGER followups_mark_stale ON agreements_agreement;
DROP FUNCTION followups_freshen();
DROP FUNCTION followups_mark_stale();
DROP FUNCTION followups_audience(bigint, text, bigint[]);
DROP FUNCTION followups_is_seen_by(bigint, bigint[], bigint[], bigint[]);
DROP FUNCTION followups_responsible(bigint);
DROP FUNCTION followups_officers(bigint);
DROP FUNCTION followups_derive(bigint[]);
DROP FUNCTION followups_derive_duties(bigint[]);
DROP FUNCTION followups_periods(bigint[]);
DROP TYPE followups_period;
DROP FUNCTION followups_wanted(bigint[]);
DROP TYPE followups_row;
DROP FUNCTION followups_extend(bigint[]);
DROP FUNCTION followups_nth(date, int, int);
DROP TRIGGER followups_lead_responsible ON followups_part;
DROP FUNCTION followups_lead_responsible();
DROP TRIGGER followups_lead_outcome ON followups_milestone;
DROP FUNCTION followups_lead_outcome();
DROP TRIGGER followups_follow_outcome ON visits_outcome;
DROP FUNCTION followups_follow_outcome();
DROP TRIGGER followups_follow_agreement ON agreements_agreement;
DROP FUNCTION followups_follow_agreement();
DROP TRIGGER followups_follow_visit ON visits_visit;
DROP FUNCTION followups_follow_visit();
DROP FUNCTION followups_digest(bigint, bigint, bigint, bigint, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0001_initial"),
        ("notices", "0002_functions"),
        ("agreements", "0003_periods"),
        ("visits", "0003_indexes_of_lists"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
