"""What the dashboard should say, worked out once more in plain SQL from the tables: slow, and sharing nothing with the
code but the names of the tables. Not from the columns that triggers keep (who takes part, what is signed, activity).
"""

from django.db import connection

from records.rows import OWNER, acting

# Filters of the lists to which the dashboard leads; its tests follow every link and try them all.
OF_THE_DASHBOARD = {
    "visits": {
        "place", "on", "host", "guest", "organisation", "unit", "category", "country", "province", "month", "led",
    },
    "agreements": {"place", "unit", "silent", "waiting", "renewal", "targets", "begun", "since", "until"},
    "follow-ups": {"place", "on", "organisation", "category", "sector", "nounit"},
}  # fmt: skip

# Who takes part in what; what the reader sees; what the filters leave.
GROUND = """
WITH vr AS (
    SELECT id AS v, owner_id AS r FROM visits_visit UNION SELECT id, host_region_id FROM visits_visit
    UNION SELECT visit_id, region_id FROM visits_delegation
    UNION SELECT visit_id, on_behalf_of_region_id FROM visits_delegation),
vg AS (
    SELECT visit_id AS v, region_id AS r FROM visits_delegation WHERE side = 'GUEST' AND region_id IS NOT NULL
    UNION SELECT visit_id, on_behalf_of_region_id FROM visits_delegation
        WHERE side = 'GUEST' AND on_behalf_of_region_id IS NOT NULL),
vo AS (
    SELECT id AS v, host_organisation_id AS o FROM visits_visit
    UNION SELECT visit_id, organisation_id FROM visits_delegation
    UNION SELECT visit_id, responsible_id FROM visits_outcome),
ar AS (
    SELECT id AS a, owner_id AS r FROM agreements_agreement
    UNION SELECT agreement_id, region_id FROM agreements_party
    UNION SELECT agreement_id, on_behalf_of_region_id FROM agreements_party),
ao AS (
    SELECT agreement_id AS a, organisation_id AS o FROM agreements_party
    UNION SELECT agreement_id, unit_id FROM agreements_party
    UNION SELECT p.agreement_id, u.organisation_id FROM agreements_programmeunit u
        JOIN agreements_programme p ON p.id = u.programme_id),
asec AS (
    SELECT agreement_id AS a, sector_id AS s FROM agreements_agreementsector
    UNION SELECT agreement_id, sector_id FROM agreements_programme
    UNION SELECT agreement_id, sector_id FROM agreements_scopepoint),
mr AS (
    SELECT id AS m, owner_id AS r FROM followups_milestone
    UNION SELECT p.milestone_id, p.region_id FROM followups_part p JOIN followups_milestone m ON m.id = p.milestone_id
        WHERE NOT m.internal
    UNION SELECT m.id, vr.r FROM followups_milestone m JOIN vr ON vr.v = m.visit_id WHERE NOT m.internal
    UNION SELECT m.id, ar.r FROM followups_milestone m JOIN ar ON ar.a = m.agreement_id WHERE NOT m.internal),
mo AS (SELECT milestone_id AS m, unit_id AS o FROM followups_part WHERE unit_id IS NOT NULL),
sees_v AS (SELECT id AS v FROM visits_visit WHERE %(all)s
    UNION SELECT v FROM vr WHERE r = ANY (%(mine)s::bigint[]) UNION SELECT v FROM vo WHERE o = ANY (%(units)s::bigint[])),
sees_a AS (SELECT id AS a FROM agreements_agreement WHERE %(all)s
    UNION SELECT a FROM ar WHERE r = ANY (%(mine)s::bigint[]) UNION SELECT a FROM ao WHERE o = ANY (%(units)s::bigint[])),
sees_m AS (SELECT id AS m FROM followups_milestone WHERE %(all)s
    UNION SELECT m FROM mr WHERE r = ANY (%(mine)s::bigint[]) UNION SELECT m FROM mo WHERE o = ANY (%(units)s::bigint[])),
visit AS (
    SELECT x.*, CASE
            WHEN x.setting <> 'AT_HOST' THEN x.setting
            WHEN %(side)s::bigint[] = '{}' THEN CASE WHEN x.host_region_id = x.owner_id THEN 'INCOMING' ELSE 'OUTGOING' END
            WHEN x.host_region_id = ANY (%(side)s::bigint[]) THEN 'INCOMING'
            WHEN x.id IN (SELECT v FROM vg WHERE r = ANY (%(side)s::bigint[])) THEN 'OUTGOING'
            WHEN x.owner_id = ANY (%(side)s::bigint[]) AND x.id NOT IN (SELECT v FROM vg) THEN 'OUTGOING'
            ELSE 'ASIDE' END AS direction,
        x.status IN ('COMPLETED', 'REPORTED') AND COALESCE(x.starts_on <= %(day)s, true) AS held
    FROM visits_visit x JOIN sees_v ON sees_v.v = x.id WHERE x.standing = 'EVIDENCED'
        AND (%(place)s::bigint[] IS NULL OR x.id IN (SELECT v FROM vr WHERE r = ANY (%(place)s::bigint[])))
        AND (%(region)s::bigint IS NULL OR x.id IN (SELECT v FROM vr WHERE r = %(region)s::bigint))
        AND (%(organisation)s::bigint IS NULL OR x.id IN (SELECT v FROM vo WHERE o = %(organisation)s::bigint))
        AND (%(unit)s::bigint IS NULL OR x.id IN (SELECT v FROM vo WHERE o = %(unit)s::bigint))
        AND (%(sector)s::bigint IS NULL OR x.id IN (SELECT visit_id FROM visits_topic
            WHERE sector_id = %(sector)s::bigint))
        AND (%(category)s::text IS NULL OR x.id IN (SELECT l.visit_id FROM agreements_agreementvisit l
            JOIN agreements_agreement y ON y.id = l.agreement_id JOIN sees_a ON sees_a.a = y.id
            WHERE y.category = %(category)s::text))),
recent AS (SELECT * FROM visit WHERE COALESCE(starts_on, ends_on) IS NOT NULL
    AND COALESCE(starts_on <= %(until)s, true) AND COALESCE(ends_on >= %(since)s, true)),
trace AS (
    SELECT g.id AS a, (g.created_at AT TIME ZONE r.time_zone)::date AS day FROM agreements_agreement g
        JOIN regions_region r ON r.id = g.owner_id
    UNION SELECT agreement_id, starts_on FROM agreements_signing
    UNION SELECT agreement_id, happened_on FROM agreements_stepentry
    UNION SELECT l.agreement_id, v.starts_on FROM agreements_agreementvisit l JOIN visits_visit v ON v.id = l.visit_id
        WHERE v.status IN ('COMPLETED', 'REPORTED') AND v.starts_on IS NOT NULL
    UNION SELECT p.agreement_id, m.measured_on FROM agreements_measurement m
        JOIN agreements_indicator i ON i.id = m.indicator_id JOIN agreements_programme p ON p.id = i.programme_id),
signed AS (SELECT agreement_id AS a, max(starts_on) AS day FROM agreements_signing GROUP BY 1),
fact AS (
    SELECT g.id, g.category, s.day AS signed_on,
        s.day IS NOT NULL AND s.day <= %(day)s AS is_signed,
        (s.day + make_interval(months => g.term_months))::date
            - (extract(day FROM s.day + make_interval(months => g.term_months)) = extract(day FROM s.day))::int AS ends,
        (SELECT e.closed_as FROM agreements_stepentry e WHERE e.agreement_id = g.id AND e.deed = 'CLOSED'
            AND e.happened_on <= %(day)s) AS closing,
        (SELECT max(t.day) FROM trace t WHERE t.a = g.id AND t.day <= %(day)s) AS heard_on,
        (SELECT e.step_id FROM agreements_stepentry e WHERE e.agreement_id = g.id AND e.happened_on <= %(day)s
            AND e.deed IN ('STARTED', 'MOVED', 'RETURNED', 'TRANSFERRED') ORDER BY e.id DESC LIMIT 1) AS step,
        (SELECT e.happened_on FROM agreements_stepentry e WHERE e.agreement_id = g.id AND e.happened_on <= %(day)s
            AND e.deed IN ('STARTED', 'MOVED', 'RETURNED', 'TRANSFERRED') ORDER BY e.id DESC LIMIT 1) AS since,
        CASE WHEN EXISTS (SELECT 1 FROM agreements_stepentry e WHERE e.agreement_id = g.id AND e.deed = 'STARTED')
            THEN 9 ELSE 12 END AS months,
        EXISTS (SELECT 1 FROM agreements_agreement n JOIN signed x ON x.a = n.id
            WHERE n.predecessor_id = g.id AND n.nature = 'RENEWAL' AND x.day <= %(day)s) AS renewed
    FROM agreements_agreement g JOIN sees_a ON sees_a.a = g.id LEFT JOIN signed s ON s.a = g.id
    WHERE (%(place)s::bigint[] IS NULL OR g.id IN (SELECT a FROM ar WHERE r = ANY (%(place)s::bigint[])))
        AND (%(region)s::bigint IS NULL OR g.id IN (SELECT a FROM ar WHERE r = %(region)s::bigint))
        AND (%(organisation)s::bigint IS NULL OR g.id IN (SELECT a FROM ao WHERE o = %(organisation)s::bigint))
        AND (%(unit)s::bigint IS NULL OR g.id IN (SELECT a FROM ao WHERE o = %(unit)s::bigint))
        AND (%(sector)s::bigint IS NULL OR g.id IN (SELECT a FROM asec WHERE s = %(sector)s::bigint))
        AND (%(category)s::text IS NULL OR g.category = %(category)s::text)
        AND EXISTS (SELECT 1 FROM trace t WHERE t.a = g.id AND t.day <= %(day)s)),
agreement AS (
    SELECT f.*, CASE
            WHEN closing IS NOT NULL THEN closing
            WHEN NOT is_signed AND heard_on <= %(day)s::date - make_interval(months => months) THEN 'DORMANT'
            WHEN NOT is_signed THEN 'PIPELINE'
            WHEN renewed THEN 'RENEWED'
            WHEN ends < %(day)s THEN 'EXPIRED'
            WHEN ends - %(day)s::date <= 90 THEN 'EXPIRING'
            WHEN heard_on <= %(day)s::date - make_interval(months => months) THEN 'DORMANT'
            ELSE 'ACTIVE' END AS state,
        s.code AS step_code, s.phase, s.days_allowed AS allowed, s.is_gate, w.code AS actor,
        COALESCE(%(day)s::date - since > s.days_allowed, false) AS late
    FROM fact f LEFT JOIN agreements_processstep s ON s.id = f.step LEFT JOIN agreements_stepactor w ON w.id = s.actor_id),
milestone AS (
    SELECT x.*, CASE
            WHEN %(is_past)s THEN x.since <= %(day)s AND (x.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
                OR (x.status = 'DONE' AND x.done_on > %(day)s)
                OR (x.status = 'CANCELLED' AND (SELECT (max(e.at) AT TIME ZONE o.time_zone)::date
                    FROM followups_milestoneentry e
                    WHERE e.milestone_id = x.id AND e.deed = 'CANCELLED') > %(day)s))
            ELSE x.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED') END AS is_open
    FROM followups_milestone x JOIN sees_m ON sees_m.m = x.id JOIN regions_region o ON o.id = x.owner_id
    WHERE (%(place)s::bigint[] IS NULL OR x.id IN (SELECT m FROM mr WHERE r = ANY (%(place)s::bigint[])))
        AND (%(region)s::bigint IS NULL OR x.id IN (SELECT m FROM mr WHERE r = %(region)s::bigint))
        AND (%(unit)s::bigint IS NULL OR x.id IN (SELECT m FROM mo WHERE o = %(unit)s::bigint))
        AND (%(organisation)s::bigint IS NULL OR x.id IN (SELECT m FROM mo WHERE o = %(organisation)s::bigint)
            OR x.visit_id IN (SELECT vo.v FROM vo JOIN sees_v ON sees_v.v = vo.v WHERE o = %(organisation)s::bigint)
            OR x.agreement_id IN (SELECT ao.a FROM ao JOIN sees_a ON sees_a.a = ao.a
                WHERE o = %(organisation)s::bigint))
        AND (%(sector)s::bigint IS NULL
            OR x.visit_id IN (SELECT visit_id FROM visits_topic JOIN sees_v ON sees_v.v = visit_id
                WHERE sector_id = %(sector)s::bigint)
            OR x.agreement_id IN (SELECT asec.a FROM asec JOIN sees_a ON sees_a.a = asec.a
                WHERE s = %(sector)s::bigint))
        AND (%(category)s::text IS NULL OR x.agreement_id IN (
            SELECT id FROM agreements_agreement JOIN sees_a ON sees_a.a = id WHERE category = %(category)s::text))),
overdue AS (SELECT * FROM milestone WHERE is_open AND due_on < %(day)s),
part AS (SELECT p.*, p.region_id = ANY (%(ours)s::bigint[]) OR COALESCE(p.unit_id = ANY (%(units)s::bigint[]), false)
    AS is_ours FROM followups_part p),
ours AS (
    SELECT m.id FROM milestone m WHERE %(all_ours)s
        OR (m.status IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
            AND EXISTS (SELECT 1 FROM part p WHERE p.milestone_id = m.id AND p.done_on IS NULL AND p.is_ours))
        OR (m.status NOT IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')
            AND EXISTS (SELECT 1 FROM part p WHERE p.milestone_id = m.id AND p.is_ours))
        OR (m.owner_id = ANY (%(ours)s::bigint[]) AND NOT EXISTS (SELECT 1 FROM part p WHERE p.milestone_id = m.id))),
theirs AS (
    SELECT m.id FROM milestone m WHERE EXISTS (SELECT 1 FROM part p WHERE p.milestone_id = m.id AND NOT p.is_ours
        AND (p.done_on IS NULL OR m.status NOT IN ('OPEN', 'IN_PROGRESS', 'BLOCKED')))),
target AS (
    SELECT p.agreement_id AS a, CASE
            WHEN (i.better = 'HIGHER' AND l.value >= i.target) OR (i.better = 'LOWER' AND l.value <= i.target) THEN 'reached'
            WHEN i.target_on < %(day)s THEN 'missed' WHEN l.value IS NOT NULL THEN 'coming' ELSE 'unmeasured' END AS how
    FROM agreements_indicator i JOIN agreements_programme p ON p.id = i.programme_id
    LEFT JOIN LATERAL (SELECT value FROM agreements_measurement m WHERE m.indicator_id = i.id
        AND m.measured_on <= %(day)s ORDER BY measured_on DESC, id DESC LIMIT 1) l ON true
    WHERE i.target IS NOT NULL),
tree AS (
    SELECT r.id AS r, a.id AS above, a.level, a.code FROM regions_region r
    LEFT JOIN regions_region b ON b.id = r.parent_id LEFT JOIN regions_region c ON c.id = b.parent_id
    JOIN regions_region a ON a.id IN (r.id, b.id, c.id)),
there AS (
    SELECT v, r FROM vr WHERE r IS NOT NULL
    UNION SELECT vo.v, o.region_id FROM vo JOIN regions_organisation o ON o.id = vo.o WHERE o.region_id IS NOT NULL),
followed AS (SELECT x.visit_id AS v, x.status, x.done_on FROM followups_milestone x JOIN sees_m ON sees_m.m = x.id
    WHERE x.status <> 'SUGGESTED'),
agreed AS (SELECT l.visit_id AS v, s.day FROM agreements_agreementvisit l JOIN sees_a ON sees_a.a = l.agreement_id
    LEFT JOIN signed s ON s.a = l.agreement_id
    WHERE EXISTS (SELECT 1 FROM trace t WHERE t.a = l.agreement_id AND t.day <= %(day)s))
"""

FIGURES = {
    "overdue": "SELECT count(*) FROM overdue WHERE id IN (SELECT id FROM ours)",
    "theirs": "SELECT count(*) FROM overdue WHERE id IN (SELECT id FROM theirs)",
    "week": """SELECT count(*) FROM milestone WHERE is_open AND id IN (SELECT id FROM ours)
        AND due_on BETWEEN %(day)s::date AND %(day)s::date + 7""",
    "suggested": "SELECT count(*) FROM milestone WHERE status = 'SUGGESTED'",
    "invitations": "SELECT count(*) FROM milestone WHERE is_open AND kind = 'RETURN_VISIT'",
    "lapsed": """SELECT count(*) FROM agreement g WHERE state = 'EXPIRED' AND EXISTS (
        SELECT 1 FROM agreements_agreement n JOIN sees_a ON sees_a.a = n.id LEFT JOIN signed s ON s.a = n.id
        WHERE n.predecessor_id = g.id AND (s.day IS NULL OR s.day > %(day)s)
        AND EXISTS (SELECT 1 FROM trace t WHERE t.a = n.id AND t.day <= %(day)s)
        AND NOT EXISTS (SELECT 1 FROM agreements_stepentry e
            WHERE e.agreement_id = n.id AND e.deed = 'CLOSED' AND e.happened_on <= %(day)s))""",
    "late": "SELECT count(*) FROM agreement WHERE closing IS NULL AND late",
    "council": "SELECT count(*) FROM agreement WHERE closing IS NULL AND actor = 'COUNCIL'",
    "ministry": "SELECT count(*) FROM agreement WHERE closing IS NULL AND actor = 'HOME_AFFAIRS'",
    **{
        f"ending-{days}": f"""SELECT count(*) FROM agreement WHERE is_signed AND NOT renewed AND closing IS NULL
            AND ends BETWEEN %(day)s::date AND %(day)s::date + {days}"""
        for days in (30, 90, 180)
    },
    "silent": """SELECT count(*) FROM agreement g CROSS JOIN LATERAL (SELECT (%(day)s::date
            - make_interval(months => COALESCE(%(silent)s::int, months)))::date AS day) since
        WHERE is_signed AND state IN ('ACTIVE', 'EXPIRING', 'DORMANT') AND heard_on <= since.day
        AND NOT EXISTS (SELECT 1 FROM followups_milestone m WHERE m.agreement_id = g.id AND m.status = 'DONE'
            AND NOT m.internal AND m.done_on > since.day AND m.done_on <= %(day)s)""",
    "unreported": """SELECT count(*) FROM visit WHERE (held AND status = 'COMPLETED')
        OR (ends_on < %(day)s AND status IN ('INVITED', 'PROPOSED', 'SCHEDULED', 'IN_PROGRESS'))""",
    "upcoming": """SELECT count(*) FROM visit WHERE (COALESCE(ends_on >= %(day)s, true)
            AND status IN ('INVITED', 'PROPOSED', 'SCHEDULED', 'IN_PROGRESS'))
        OR (starts_on > %(day)s AND status IN ('COMPLETED', 'REPORTED'))""",
    "signed": "SELECT count(*) FROM agreement WHERE signed_on BETWEEN %(since)s AND %(until)s",
    "missed": "SELECT count(*) FROM agreement WHERE id IN (SELECT a FROM target WHERE how = 'missed')",
    **{
        f"target-{how}": f"SELECT count(*) FROM agreement WHERE id IN (SELECT a FROM target WHERE how = '{how}')"
        for how in ("reached", "coming", "unmeasured")
    },
    "led-": "SELECT count(*) FROM recent WHERE held",
    "led-follow-up": "SELECT count(*) FROM recent WHERE held AND id IN (SELECT v FROM followed)",
    "led-done": """SELECT count(*) FROM recent WHERE held
        AND id IN (SELECT v FROM followed WHERE status = 'DONE' AND done_on <= %(day)s)""",
    "led-agreement": "SELECT count(*) FROM recent WHERE held AND id IN (SELECT v FROM agreed)",
    "led-signed": "SELECT count(*) FROM recent WHERE held AND id IN (SELECT v FROM agreed WHERE day <= %(day)s)",
}

OFF = "status NOT IN ('POSTPONED', 'CANCELLED')"
CHARTS = {
    "states": "SELECT state, '', count(*) FROM agreement GROUP BY state",
    "phases": """SELECT COALESCE(phase, 'NONE'), CASE WHEN late THEN 'late' ELSE 'time' END, count(*) FROM agreement
        WHERE closing IS NULL GROUP BY 1, 2""",
    "units": """SELECT COALESCE(o::text, ''), '', count(*) FROM overdue LEFT JOIN mo ON mo.m = overdue.id
        WHERE %(unit)s::bigint IS NULL OR o = %(unit)s::bigint GROUP BY 1""",
    "months": f"""SELECT CASE WHEN precision IN ('DAY', 'RANGE', 'MONTH') THEN to_char(starts_on, 'YYYY-MM')
        ELSE 'none' END, direction, count(*) FROM recent WHERE {OFF} GROUP BY 1, 2""",
    "sectors": f"""SELECT COALESCE(sector_id::text, 'none'), '', count(DISTINCT recent.id) FROM recent
        LEFT JOIN visits_topic t ON t.visit_id = recent.id WHERE {OFF}
        AND (%(sector)s::bigint IS NULL OR sector_id = %(sector)s::bigint) GROUP BY 1""",
    "partners": f"""SELECT r::text, '', count(*) FROM recent JOIN vr ON vr.v = recent.id WHERE {OFF}
        AND r IS NOT NULL AND r <> ALL (%(side)s::bigint[])
        AND (%(region)s::bigint IS NULL OR r = %(region)s::bigint) GROUP BY 1""",
    "provinces": f"""SELECT above::text, '', count(DISTINCT recent.id) FROM recent JOIN there ON there.v = recent.id
        JOIN tree ON tree.r = there.r WHERE {OFF} AND level = 'PROVINCE' AND there.r <> ALL (%(side)s::bigint[])
        GROUP BY 1""",
    "world": f"""SELECT above::text, '', count(DISTINCT recent.id) FROM recent JOIN there ON there.v = recent.id
        JOIN tree ON tree.r = there.r WHERE {OFF} AND level = 'COUNTRY' AND code <> 'ID' GROUP BY 1""",
}
STEPS = """SELECT g.category, step_code, count(*), count(*) FILTER (WHERE late),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY %(day)s::date - since), max(%(day)s::date - since)
    FROM agreement g WHERE closing IS NULL AND step_code IS NOT NULL GROUP BY 1, 2"""
BALANCES = """SELECT r::text, count(*) FILTER (WHERE direction = 'INCOMING' AND (visit.id, r) IN (SELECT v, r FROM vg)),
        count(*) FILTER (WHERE direction = 'OUTGOING' AND r = host_region_id)
    FROM visit JOIN vr ON vr.v = visit.id WHERE held AND r IS NOT NULL AND r <> ALL (%(side)s::bigint[])
        AND (%(region)s::bigint IS NULL OR r = %(region)s::bigint)
        AND (NOT %(has_period)s OR visit.id IN (SELECT id FROM recent)) GROUP BY 1"""
OF_A_REGION = f"""SELECT ({FIGURES["late"]}), ({FIGURES["ending-30"]}), ({FIGURES["overdue"]}),
    ({FIGURES["unreported"]})"""
DAYS = {
    "done": """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM (
        SELECT min(f.done_on) - r.starts_on AS days FROM recent r JOIN followed f ON f.v = r.id
        WHERE r.held AND f.status = 'DONE' AND f.done_on <= %(day)s GROUP BY r.id, r.starts_on) x WHERE days >= 0""",
    "signed": """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM (
        SELECT min(g.day) - r.starts_on AS days FROM recent r JOIN agreed g ON g.v = r.id
        WHERE r.held AND g.day <= %(day)s GROUP BY r.id, r.starts_on) x WHERE days >= 0""",
}


def rows(select, asked):
    with acting(OWNER), connection.cursor() as cursor:  # who sees what stands in the SQL
        cursor.execute(GROUND + select, asked)
        return cursor.fetchall()


def figures(asked):
    arms = ", ".join(f'({select}) AS "{code}"' for code, select in FIGURES.items())
    with acting(OWNER), connection.cursor() as cursor:
        cursor.execute(f"{GROUND} SELECT {arms}", asked)
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def charts(asked):
    """{chart: {(key, part): number}}, in one statement: the ground is laid once."""
    arms = " UNION ALL ".join(f"SELECT '{code}', x.* FROM ({select}) x" for code, select in CHARTS.items())
    found = {code: {} for code in CHARTS}
    for code, key, part, number in rows(arms, asked):
        found[code][key, part] = number
    return found
