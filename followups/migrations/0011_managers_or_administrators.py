"""What is told to the managers of a region is told to its administrators where it has no manager: it was told to nobody."""

from django.db import migrations

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
            RETURN QUERY SELECT DISTINCT {managers};
        ELSIF audience = 'PARTNER' THEN
            RETURN QUERY SELECT o FROM unnest(t.region_ids) r CROSS JOIN LATERAL followups_officers(r) o
                WHERE r <> ALL (doing || CASE WHEN doing = '{{}}' THEN ARRAY[t.owner_id] END);
        END IF;
    END IF;
END
$$ LANGUAGE plpgsql STABLE;
"""
OF_EACH = """w FROM unnest(CASE WHEN doing <> '{}' THEN doing ELSE ARRAY[t.owner_id] END) r
                CROSS JOIN LATERAL followups_managers(r) w"""
ONLY_MANAGERS = """x.user_id FROM accounts_membership x
                WHERE x.role = 'MANAGER' AND x.region_id = ANY (CASE
                    WHEN doing <> '{}' THEN doing ELSE ARRAY[t.owner_id] END)"""

MANAGERS = """
-- Managers of a region; where there is none, its administrators.
CREATE FUNCTION followups_managers(region bigint) RETURNS SETOF bigint AS $$
    SELECT m.user_id FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.region_id = region AND (m.role = 'MANAGER' OR (m.role = 'ADMIN' AND NOT EXISTS (
        SELECT 1 FROM accounts_membership o JOIN accounts_user w ON w.id = o.user_id AND w.is_active
        WHERE o.region_id = region AND o.role = 'MANAGER')))
$$ LANGUAGE sql STABLE;
"""
FORWARDS = MANAGERS + AUDIENCE.format(managers=OF_EACH)
BACKWARDS = AUDIENCE.format(managers=ONLY_MANAGERS) + "DROP FUNCTION followups_managers(bigint);"


class Migration(migrations.Migration):
    dependencies = [("followups", "0010_given_while_a_member")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
