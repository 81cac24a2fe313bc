"""A unit whose members only look on has nobody who could do it: its region's officers are told, as of an empty unit."""

from django.db import migrations

FORWARDS = """
-- Who does the work of a unit: its agency users, not its viewers.
CREATE FUNCTION followups_workers(unit bigint) RETURNS SETOF bigint AS $$
    SELECT m.user_id FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.unit_id = unit AND m.role = 'UNIT_USER'
$$ LANGUAGE sql STABLE;

-- Who is responsible for what is still to be done: the people to whom it is given; else of each side those who work for
-- its unit, or, where nobody does, the officers of its region; else the officers of who keeps the record.
CREATE OR REPLACE FUNCTION followups_responsible(m bigint) RETURNS SETOF bigint AS $$
BEGIN
    RETURN QUERY SELECT a.user_id FROM followups_assignee a JOIN accounts_user u ON u.id = a.user_id AND u.is_active
        WHERE a.milestone_id = m;
    IF FOUND THEN RETURN; END IF;
    RETURN QUERY SELECT w FROM followups_part p CROSS JOIN LATERAL followups_workers(p.unit_id) w
        WHERE p.milestone_id = m AND p.done_on IS NULL
        UNION SELECT o FROM followups_part p CROSS JOIN LATERAL followups_officers(p.region_id) o
        WHERE p.milestone_id = m AND p.done_on IS NULL AND NOT EXISTS (SELECT 1 FROM followups_workers(p.unit_id));
    IF EXISTS (SELECT 1 FROM followups_part WHERE milestone_id = m) THEN RETURN; END IF;
    RETURN QUERY SELECT o FROM followups_milestone t CROSS JOIN LATERAL followups_officers(t.owner_id) o WHERE t.id = m;
END
$$ LANGUAGE plpgsql STABLE;
"""

BACKWARDS = """
CREATE OR REPLACE FUNCTION followups_responsible(m bigint) RETURNS SETOF bigint AS $$
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
DROP FUNCTION followups_workers(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0011_managers_or_administrators")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
