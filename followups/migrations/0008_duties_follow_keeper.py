"""An agreement that is handed over takes the recurring duties of its keeper with it, and what the keeper was to do. A duty
that the other side has entered for itself stays with that side. Duties that follow the process, of agreements that were
handed over before, come to the side that keeps them now."""

from django.db import migrations

FORWARDS = """
CREATE OR REPLACE FUNCTION followups_follow_agreement() RETURNS trigger AS $$
BEGIN
    UPDATE followups_milestone SET owner_id = CASE
        WHEN origin = 'DATA' OR (origin = 'DUTY' AND owner_id = OLD.owner_id) THEN NEW.owner_id ELSE owner_id END
    WHERE agreement_id = NEW.id;
    IF NEW.owner_id = OLD.owner_id THEN RETURN NULL; END IF;

    -- What is still to be done, and the last occurrence of a duty, from which the next one takes its sides. Who was
    -- chosen by a person stays: a unit, and the region of a duty that says one.
    WITH ahead AS MATERIALIZED (
        SELECT m.id FROM followups_milestone m LEFT JOIN followups_duty d ON d.id = m.duty_id
        WHERE m.agreement_id = NEW.id AND m.origin IN ('DATA', 'DUTY')
            AND (d.id IS NULL OR (d.owner_id = OLD.owner_id AND (d.derived_key IS NOT NULL OR d.region_id IS NULL)))
            AND (m.status IN ('SUGGESTED', 'OPEN', 'IN_PROGRESS', 'BLOCKED') OR (d.id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM followups_milestone later WHERE later.duty_id = d.id AND later.due_on > m.due_on)))
    ), twice AS (
        DELETE FROM followups_part p USING ahead, followups_part theirs
        WHERE p.milestone_id = ahead.id AND p.region_id = OLD.owner_id AND p.unit_id IS NULL AND p.done_on IS NULL
            AND theirs.milestone_id = ahead.id AND theirs.region_id = NEW.owner_id AND theirs.unit_id IS NULL
    )
    UPDATE followups_part p SET region_id = NEW.owner_id FROM ahead
    WHERE p.milestone_id = ahead.id AND p.region_id = OLD.owner_id AND p.unit_id IS NULL AND p.done_on IS NULL
        AND NOT EXISTS (SELECT 1 FROM followups_part theirs WHERE theirs.milestone_id = ahead.id
            AND theirs.region_id = NEW.owner_id AND theirs.unit_id IS NULL);

    UPDATE followups_duty SET owner_id = NEW.owner_id,
        region_id = CASE WHEN derived_key IS NOT NULL AND region_id = OLD.owner_id THEN NEW.owner_id ELSE region_id END
    WHERE agreement_id = NEW.id AND owner_id = OLD.owner_id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),
    set_config('pghistory.context_metadata', '{"url": "migrate"}', true);
UPDATE followups_duty d SET owner_id = a.owner_id,
    region_id = CASE WHEN d.region_id = d.owner_id THEN a.owner_id ELSE d.region_id END
FROM agreements_agreement a WHERE a.id = d.agreement_id AND d.derived_key IS NOT NULL AND d.owner_id <> a.owner_id;
"""

BACKWARDS = """
CREATE OR REPLACE FUNCTION followups_follow_agreement() RETURNS trigger AS $$
BEGIN
    UPDATE followups_milestone SET owner_id = CASE WHEN origin IN ('DATA', 'DUTY') THEN NEW.owner_id ELSE owner_id END
    WHERE agreement_id = NEW.id;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0007_guards"), ("agreements", "0005_guards")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
