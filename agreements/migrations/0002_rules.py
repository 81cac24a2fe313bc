"""The rules behind the triggers: who takes part, by which words it is found, which gates are open, which move is legal.

Every refusal is a check_violation that carries the name of its rule; `agreements.rules` says it in words.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION agreements_digest(a bigint, OUT region_ids bigint[], OUT organisation_ids bigint[],
    OUT sector_ids bigint[], OUT is_signed boolean, OUT signed_on date, OUT has_acts boolean, OUT has_breaks boolean,
    OUT activity date[], OUT said text) AS $$
    SELECT
        ARRAY(SELECT unnest(ARRAY[region_id, on_behalf_of_region_id]) FROM agreements_party WHERE agreement_id = a),
        ARRAY(SELECT unnest(ARRAY[organisation_id, unit_id]) FROM agreements_party WHERE agreement_id = a
            UNION ALL SELECT u.organisation_id FROM agreements_programmeunit u
                JOIN agreements_programme p ON p.id = u.programme_id WHERE p.agreement_id = a),
        ARRAY(SELECT sector_id FROM agreements_agreementsector WHERE agreement_id = a
            UNION SELECT sector_id FROM agreements_scopepoint WHERE agreement_id = a AND sector_id IS NOT NULL
            UNION SELECT sector_id FROM agreements_programme WHERE agreement_id = a AND sector_id IS NOT NULL),
        -- signed: once for all parties, or by every party that signs
        EXISTS (SELECT 1 FROM agreements_signing WHERE agreement_id = a AND party_id IS NULL) OR COALESCE((
            SELECT bool_and(EXISTS (SELECT 1 FROM agreements_signing s WHERE s.party_id = p.id))
            FROM agreements_party p WHERE p.agreement_id = a AND p.role IN ('FIRST', 'SECOND', 'NTH')), false),
        -- on the day of their last signature that has a date; of a month or year the earliest possible day
        (SELECT max(s.starts_on) FROM agreements_signing s LEFT JOIN agreements_party p ON p.id = s.party_id
            WHERE s.agreement_id = a AND (p.id IS NULL OR p.role IN ('FIRST', 'SECOND', 'NTH'))),
        EXISTS (SELECT 1 FROM agreements_agreement WHERE predecessor_id = a),
        EXISTS (SELECT 1 FROM agreements_stepentry WHERE agreement_id = a AND deed IN ('HELD', 'REOPENED')),
        ARRAY(SELECT starts_on FROM agreements_signing WHERE agreement_id = a
            UNION SELECT happened_on FROM agreements_stepentry WHERE agreement_id = a
            UNION SELECT v.starts_on FROM agreements_agreementvisit l JOIN visits_visit v ON v.id = l.visit_id
                WHERE l.agreement_id = a AND v.status IN ('COMPLETED', 'REPORTED')
            UNION SELECT m.measured_on FROM agreements_measurement m
                JOIN agreements_indicator i ON i.id = m.indicator_id
                JOIN agreements_programme p ON p.id = i.programme_id WHERE p.agreement_id = a
            UNION SELECT evaluated_on FROM agreements_evaluation WHERE agreement_id = a),
        concat_ws(' ',
            (SELECT string_agg(concat_ws(' ', number, on_behalf_of, liaison), ' ')
                FROM agreements_party WHERE agreement_id = a),
            (SELECT string_agg(concat_ws(' ', s.name, o.name, s.capacity, s.on_behalf_of, s.power), ' ')
                FROM agreements_signatory s JOIN agreements_party p ON p.id = s.party_id
                LEFT JOIN regions_official o ON o.id = s.official_id WHERE p.agreement_id = a),
            (SELECT string_agg(concat_ws(' ', g.place_as_stated, g.date_as_stated, g.note, r.name_id, r.name_en), ' ')
                FROM agreements_signing g LEFT JOIN regions_region r ON r.id = g.place_id WHERE g.agreement_id = a),
            (SELECT string_agg(concat_ws(' ', heading, text), ' ') FROM agreements_scopepoint WHERE agreement_id = a),
            (SELECT string_agg(concat_ws(' ', s.name_id, s.name_en), ' ') FROM regions_sector s WHERE s.id IN (
                SELECT sector_id FROM agreements_agreementsector WHERE agreement_id = a
                UNION SELECT sector_id FROM agreements_scopepoint WHERE agreement_id = a)),
            (SELECT string_agg(concat_ws(' ', p.name, p.about,
                    (SELECT string_agg(i.name, ' ') FROM agreements_indicator i WHERE i.programme_id = p.id)), ' ')
                FROM agreements_programme p WHERE p.agreement_id = a),
            (SELECT string_agg(concat_ws(' ', outlet, title, author, editor, full_text), ' ')
                FROM agreements_agreementsource WHERE agreement_id = a),
            (SELECT string_agg(concat_ws(' ', fact, quote), ' ')
                FROM agreements_agreementcitation WHERE agreement_id = a))
$$ LANGUAGE sql STABLE;

-- Gates of a process before a position that are neither passed nor waived (nor skipped, where that is allowed).
-- Going back behind a step opens it again. Steps are the same across editions when their codes are.
CREATE FUNCTION agreements_open_gates(a bigint, the_process bigint, the_kind text, before_position int)
RETURNS SETOF bigint AS $$
    SELECT s.id FROM agreements_processstep s
    WHERE s.process_id = the_process AND s.is_gate AND s.position < before_position
        AND (s.kinds = '{}' OR the_kind = ANY (s.kinds))
        AND NOT EXISTS (
            SELECT 1 FROM agreements_stepentry e JOIN agreements_processstep x ON x.id = e.step_id
            WHERE e.agreement_id = a AND x.code = s.code
                AND (e.deed IN ('PASSED', 'WAIVED') OR (e.deed = 'SKIPPED' AND s.conditional))
                AND NOT EXISTS (
                    SELECT 1 FROM agreements_stepentry r JOIN agreements_processstep y ON y.id = r.step_id
                    WHERE r.agreement_id = a AND r.deed = 'RETURNED' AND r.id > e.id
                        AND y.position <= CASE WHEN y.process_id = x.process_id THEN x.position ELSE s.position END))
    ORDER BY s.position
$$ LANGUAGE sql STABLE;

-- Where the instrument of this kind is signed in the process: a position, or NULL.
CREATE FUNCTION agreements_signs_at(the_process bigint, the_kind text) RETURNS int AS $$
    SELECT min(position)::int FROM agreements_processstep
    WHERE process_id = the_process AND signs AND (kinds = '{}' OR the_kind = ANY (kinds))
$$ LANGUAGE sql STABLE;

CREATE FUNCTION agreements_refuse(rule text) RETURNS void AS $$
BEGIN
    RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$ LANGUAGE plpgsql;

-- Nothing is signed while a gate before the signing is open.
CREATE FUNCTION agreements_require_gates(a bigint, the_process bigint, the_kind text) RETURNS void AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM agreements_open_gates(a, the_process, the_kind,
            agreements_signs_at(the_process, the_kind))) THEN
        PERFORM agreements_refuse('agreement_gates_are_settled');
    END IF;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION agreements_check_entry(a bigint, the_deed text, the_step bigint, the_closing text, the_evidence text,
    the_attachment bigint) RETURNS void AS $$
DECLARE
    it agreements_agreement;
    target agreements_processstep;
    stands int;
    signing int;
BEGIN
    SELECT * INTO it FROM agreements_agreement WHERE id = a FOR UPDATE;
    SELECT * INTO target FROM agreements_processstep WHERE id = the_step;
    SELECT position INTO stands FROM agreements_processstep WHERE id = it.step_id;
    IF the_attachment IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agreements_agreementattachment
            WHERE id = the_attachment AND agreement_id = a) THEN
        PERFORM agreements_refuse('step_entry_paper_is_of_the_agreement');
    END IF;
    IF it.closed_as <> '' AND the_deed <> 'REOPENED' THEN
        PERFORM agreements_refuse('agreement_is_not_closed');
    ELSIF the_deed = 'REOPENED' AND it.closed_as = '' THEN
        PERFORM agreements_refuse('agreement_is_closed');
    END IF;

    IF the_deed IN ('STARTED', 'TRANSFERRED') THEN
        IF (SELECT category FROM agreements_process WHERE id = target.process_id) <> it.category THEN
            PERFORM agreements_refuse('agreement_process_fits_its_category');
        ELSIF (SELECT published_on FROM agreements_process WHERE id = target.process_id) IS NULL THEN
            PERFORM agreements_refuse('process_is_published');
        END IF;
    END IF;
    IF the_deed = 'STARTED' AND it.process_id IS NOT NULL THEN
        PERFORM agreements_refuse('agreement_starts_once');
    ELSIF the_deed = 'TRANSFERRED' AND (it.process_id IS NULL OR it.process_id = target.process_id) THEN
        PERFORM agreements_refuse('agreement_moves_to_another_process');
    ELSIF the_deed IN ('MOVED', 'RETURNED', 'SKIPPED') AND it.process_id IS DISTINCT FROM target.process_id
        THEN PERFORM agreements_refuse('step_is_on_the_way');
    ELSIF the_deed = 'MOVED' AND target.position <= stands THEN
        PERFORM agreements_refuse('agreement_moves_forward');
    ELSIF the_deed = 'RETURNED' AND target.position >= stands THEN
        PERFORM agreements_refuse('agreement_is_sent_back');
    END IF;
    IF target.id IS NOT NULL AND target.kinds <> '{}' AND NOT it.kind = ANY (target.kinds) THEN
        PERFORM agreements_refuse('step_is_on_the_way');
    END IF;

    signing = agreements_signs_at(target.process_id, it.kind);
    IF the_deed IN ('STARTED', 'MOVED', 'TRANSFERRED') THEN
        IF EXISTS (SELECT 1 FROM agreements_open_gates(a, target.process_id, it.kind, target.position)) THEN
            PERFORM agreements_refuse('agreement_gates_are_settled');
        ELSIF target.position > signing AND NOT it.is_signed THEN
            PERFORM agreements_refuse('agreement_is_signed_before_it_is_carried_out');
        END IF;
    END IF;
    IF the_deed IN ('RETURNED', 'TRANSFERRED') AND it.is_signed AND target.position < signing THEN
        PERFORM agreements_refuse('agreement_signed_stays_signed');
    END IF;

    IF the_deed = 'SKIPPED' THEN
        IF NOT target.conditional THEN
            PERFORM agreements_refuse('step_may_be_skipped');
        ELSIF target.test = 'COUNCIL' AND (it.burdens_public IS NOT FALSE OR it.outside_budget IS NOT FALSE) THEN
            PERFORM agreements_refuse('council_test_allows_skipping');
        END IF;
    ELSIF the_deed = 'WAIVED' AND NOT target.is_gate THEN
        PERFORM agreements_refuse('only_a_gate_is_waived');
    ELSIF the_deed = 'PASSED' AND target.is_gate AND the_attachment IS NULL AND btrim(the_evidence) = '' THEN
        PERFORM agreements_refuse('gate_is_passed_with_evidence');
    END IF;

    IF the_deed = 'HELD' AND agreements_is_held(a) THEN
        PERFORM agreements_refuse('agreement_is_held_once');
    ELSIF the_deed = 'RESUMED' AND NOT agreements_is_held(a) THEN
        PERFORM agreements_refuse('agreement_is_held');
    ELSIF the_deed = 'CLOSED' AND it.is_signed <> (the_closing IN ('COMPLETED', 'TERMINATED', 'REVOKED')) THEN
        PERFORM agreements_refuse('agreement_is_closed_as_it_stands');
    END IF;
END
$$ LANGUAGE plpgsql;

CREATE FUNCTION agreements_is_held(a bigint) RETURNS boolean AS $$
    SELECT COALESCE((SELECT deed = 'HELD' FROM agreements_stepentry
        WHERE agreement_id = a AND deed IN ('HELD', 'RESUMED') ORDER BY id DESC LIMIT 1), false)
$$ LANGUAGE sql STABLE;

-- On hold on a day: the last entry of what had happened until then was a hold.
CREATE FUNCTION agreements_held_on(a bigint, d date) RETURNS boolean AS $$
    SELECT COALESCE((SELECT deed = 'HELD' FROM agreements_stepentry
        WHERE agreement_id = a AND deed IN ('HELD', 'RESUMED') AND happened_on <= d ORDER BY id DESC LIMIT 1), false)
$$ LANGUAGE sql STABLE;

-- How it was closed on a day, by the log: '' where it was not, or had been reopened by then.
CREATE FUNCTION agreements_closed_on(a bigint, d date) RETURNS text AS $$
    SELECT COALESCE((SELECT closed_as FROM agreements_stepentry
        WHERE agreement_id = a AND deed IN ('CLOSED', 'REOPENED') AND happened_on <= d ORDER BY id DESC LIMIT 1), '')
$$ LANGUAGE sql STABLE;

-- The last day of a term: the day before the same day of a later month, or the last of a month that lacks that day.
CREATE FUNCTION agreements_last_day(first date, months int) RETURNS date AS $$
    SELECT LEAST(f - (extract(day FROM f) = extract(day FROM first))::int, DATE '9999-12-31')
    FROM (SELECT (first + make_interval(months => months))::date) AS following(f)
$$ LANGUAGE sql IMMUTABLE STRICT;

-- The effective end on a day: own, or what the last signed change states; a signed termination comes before it.
CREATE FUNCTION agreements_reach(a bigint, d date, own date) RETURNS date AS $$
    SELECT LEAST(
        COALESCE((SELECT runs_until FROM agreements_agreement WHERE predecessor_id = a AND counts_from <= d
            AND nature IN ('AMENDMENT', 'ADDENDUM') AND runs_until IS NOT NULL
            ORDER BY counts_from DESC, id DESC LIMIT 1), own),
        (SELECT min(COALESCE(runs_from, counts_from)) - 1 FROM agreements_agreement
            WHERE predecessor_id = a AND counts_from <= d AND nature = 'TERMINATION'
            AND COALESCE(runs_from, counts_from) > DATE '0001-01-01'))
$$ LANGUAGE sql STABLE;

-- Where the first of such acts, of those that are signed on a day, takes effect.
CREATE FUNCTION agreements_act_from(a bigint, d date, natures text[]) RETURNS date AS $$
    SELECT min(COALESCE(runs_from, counts_from)) FROM agreements_agreement
    WHERE predecessor_id = a AND counts_from <= d AND nature = ANY (natures)
$$ LANGUAGE sql STABLE;

-- The state on a day: the rules stand in agreements/states.py. Most rows are answered from their own columns.
CREATE FUNCTION agreements_state(a bigint, d date, has_acts boolean, has_breaks boolean, closed_as text, closed_on date,
    counts_from date, runs_from date, runs_until date, activity date[], soon int, months int) RETURNS text AS $$
DECLARE
    held boolean = false;
    ended_from date;
    renewed_from date;
    reach date = runs_until;
    latest date = activity[cardinality(activity)];
    silent boolean;
BEGIN
    IF has_breaks THEN
        closed_as = agreements_closed_on(a, d);
        held = agreements_held_on(a, d);
    ELSIF closed_on > d THEN
        closed_as = '';
    END IF;
    IF closed_as <> '' THEN
        RETURN closed_as;
    END IF;
    IF latest > d THEN
        SELECT max(x) INTO latest FROM unnest(activity) x WHERE x <= d;
    END IF;
    silent = COALESCE(latest <= d - make_interval(months => months), false);

    IF counts_from IS NULL OR counts_from > d THEN
        RETURN CASE WHEN held THEN 'ON_HOLD' WHEN silent THEN 'DORMANT' ELSE 'PIPELINE' END;
    END IF;
    IF has_acts THEN  -- as agreements_act_from and agreements_reach say it, in one look
        SELECT min(x.begins) FILTER (WHERE x.nature = 'TERMINATION'),
            min(x.begins) FILTER (WHERE x.nature IN ('RENEWAL', 'REPLACEMENT')),
            COALESCE((array_agg(x.until ORDER BY x.counted DESC, x.id DESC)
                FILTER (WHERE x.nature IN ('AMENDMENT', 'ADDENDUM') AND x.until IS NOT NULL))[1], reach)
        INTO ended_from, renewed_from, reach
        FROM (SELECT y.id, y.nature, y.counts_from AS counted, y.runs_until AS until,
                COALESCE(y.runs_from, y.counts_from) AS begins
            FROM agreements_agreement y WHERE y.predecessor_id = a AND y.counts_from <= d) x;
        IF ended_from <= d THEN
            RETURN 'TERMINATED';
        END IF;
        reach = LEAST(reach, ended_from - 1);
    END IF;
    RETURN CASE
        WHEN renewed_from <= d THEN 'RENEWED'
        WHEN reach < d THEN 'EXPIRED'
        WHEN held THEN 'ON_HOLD'
        WHEN runs_from > d THEN 'PIPELINE'
        WHEN renewed_from IS NULL AND reach < DATE '9999-12-31' AND reach - d <= soon THEN 'EXPIRING'
        WHEN silent THEN 'DORMANT'
        ELSE 'ACTIVE' END;
END
$$ LANGUAGE plpgsql STABLE COST 500;

-- Parents and predecessors never lead back; what is renewed or changed was signed. One writer of links at a time.
CREATE FUNCTION agreements_keep_a_tree(it bigint, the_parent bigint, the_predecessor bigint, the_nature text)
RETURNS void AS $$
DECLARE
    before agreements_agreement;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('agreements_keep_a_tree'));
    IF EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT unnest(ARRAY[the_parent, the_predecessor])
            UNION SELECT unnest(ARRAY[x.parent_id, x.predecessor_id]) FROM agreements_agreement x
                JOIN above ON x.id = above.id)
        SELECT 1 FROM above WHERE id = it) THEN
        PERFORM agreements_refuse('agreement_is_not_its_own_ancestor');
    END IF;
    SELECT * INTO before FROM agreements_agreement WHERE id = the_predecessor;
    IF before.id IS NOT NULL AND (NOT before.is_signed OR before.closed_as IN ('REJECTED', 'WITHDRAWN')) THEN
        PERFORM agreements_refuse('agreement_acts_on_a_signed_one');
    ELSIF before.nature IN ('AMENDMENT', 'ADDENDUM', 'TERMINATION') OR (
            the_nature IN ('AMENDMENT', 'ADDENDUM', 'TERMINATION')
            AND EXISTS (SELECT 1 FROM agreements_agreement WHERE predecessor_id = it)) THEN
        PERFORM agreements_refuse('agreement_acts_on_the_one_that_is_changed');
    END IF;
END
$$ LANGUAGE plpgsql;

-- A visit that took place, or moved, is activity of the agreements that it belongs to.
CREATE FUNCTION agreements_follow_visit() RETURNS trigger AS $$
BEGIN
    UPDATE agreements_agreement SET id = id WHERE id IN (
        SELECT agreement_id FROM agreements_agreementvisit WHERE visit_id = NEW.id);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER agreements_follow_visit AFTER UPDATE OF starts_on, status ON visits_visit FOR EACH ROW
    WHEN (OLD.starts_on IS DISTINCT FROM NEW.starts_on OR OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION agreements_follow_visit();
"""

BACKWARDS = """
DROP TRIGGER agreements_follow_visit ON visits_visit;
DROP FUNCTION agreements_follow_visit();
DROP FUNCTION agreements_keep_a_tree(bigint, bigint, bigint, text);
DROP FUNCTION agreements_check_entry(bigint, text, bigint, text, text, bigint);
DROP FUNCTION agreements_state(bigint, date, boolean, boolean, text, date, date, date, date, date[], int, int);
DROP FUNCTION agreements_act_from(bigint, date, text[]);
DROP FUNCTION agreements_reach(bigint, date, date);
DROP FUNCTION agreements_last_day(date, int);
DROP FUNCTION agreements_closed_on(bigint, date);
DROP FUNCTION agreements_held_on(bigint, date);
DROP FUNCTION agreements_is_held(bigint);
DROP FUNCTION agreements_require_gates(bigint, bigint, text);
DROP FUNCTION agreements_refuse(text);
DROP FUNCTION agreements_signs_at(bigint, text);
DROP FUNCTION agreements_open_gates(bigint, bigint, text, int);
DROP FUNCTION agreements_digest(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("visits", "0003_indexes_of_lists"), ("regions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
