"""What planning and sending ask of the database: the time, the addressees, the working day, the name of a letter."""

from django.db import migrations

FORWARDS = """
-- The only clock of planning and sending. A session may move it (tests, drills, previews of another day).
CREATE FUNCTION notices_now() RETURNS timestamptz AS $$
    SELECT now() + COALESCE(NULLIF(current_setting('simpul.moved_clock', true), ''), '0')::interval
$$ LANGUAGE sql STABLE;

-- A zone that this server knows; one bad name must not stop everybody's letters.
CREATE FUNCTION notices_zone(zone text, fallback text) RETURNS text AS $$
BEGIN
    PERFORM now() AT TIME ZONE zone;
    RETURN zone;
EXCEPTION WHEN OTHERS THEN
    RETURN fallback;
END
$$ LANGUAGE plpgsql STABLE;

-- Every active user with their zone (as `User.zone`: own, else that of the home region), hour and local day.
CREATE FUNCTION notices_addressees(default_zone text)
RETURNS TABLE (user_id bigint, zone text, digest_at time, today date) AS $$
    SELECT u.id, z.zone, COALESCE(p.digest_at, TIME '07:00'), (notices_now() AT TIME ZONE z.zone)::date
    FROM accounts_user u
    LEFT JOIN notices_preference p ON p.user_id = u.id
    CROSS JOIN LATERAL (SELECT notices_zone(COALESCE(NULLIF(u.time_zone, ''), (
        SELECT r.time_zone FROM accounts_membership m
        LEFT JOIN regions_organisation o ON o.id = m.unit_id
        JOIN regions_region r ON r.id = COALESCE(m.region_id, o.region_id)
        WHERE m.user_id = u.id
        ORDER BY (m.region_id IS NOT NULL AND m.role IN ('OFFICER', 'MANAGER', 'ADMIN')) DESC, m.id LIMIT 1
    ), default_zone), default_zone) AS zone) z
    WHERE u.is_active
$$ LANGUAGE sql STABLE;

-- The day on which something for this day is told: itself, or the working day before. Days outside the calendar stay.
CREATE FUNCTION notices_send_on(d date) RETURNS date AS $$
    SELECT COALESCE((SELECT send_on FROM notices_calendarday WHERE day = d), d)
$$ LANGUAGE sql STABLE;

-- The first working day after this one: of it is the next digest when that of today has gone.
CREATE FUNCTION notices_next_working_day(d date) RETURNS date AS $$
    SELECT COALESCE((SELECT min(day) FROM notices_calendarday WHERE day > d AND free_because = ''), d + 1)
$$ LANGUAGE sql STABLE;

CREATE FUNCTION notices_message_id(salt text, recipient bigint, kind text, occasion text, channel text, host text)
RETURNS text AS $$
    SELECT 'n' || left(encode(sha256(convert_to(concat_ws('/', salt, recipient, kind, occasion, channel), 'UTF8')),
        'hex'), 40) || '@' || host
$$ LANGUAGE sql IMMUTABLE;

-- `send_on` follows `free_because` of the days around.
CREATE FUNCTION notices_mark_send_on() RETURNS trigger AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
    UPDATE notices_calendarday c SET send_on = w.send_on
    FROM (
        SELECT day, COALESCE(max(day) FILTER (WHERE free_because = '') OVER (ORDER BY day), day) AS send_on
        FROM notices_calendarday
    ) w WHERE w.day = c.day AND w.send_on <> c.send_on;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER notices_mark_send_on AFTER INSERT OR UPDATE OF free_because OR DELETE ON notices_calendarday
    FOR EACH STATEMENT EXECUTE FUNCTION notices_mark_send_on();
"""

BACKWARDS = """
DROP TRIGGER notices_mark_send_on ON notices_calendarday;
DROP FUNCTION notices_mark_send_on();
DROP FUNCTION notices_message_id(text, bigint, text, text, text, text);
DROP FUNCTION notices_next_working_day(date);
DROP FUNCTION notices_send_on(date);
DROP FUNCTION notices_addressees(text);
DROP FUNCTION notices_zone(text, text);
DROP FUNCTION notices_now();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("accounts", "0002_initial"), ("regions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
