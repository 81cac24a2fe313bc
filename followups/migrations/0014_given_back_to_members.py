"""What comes back from the trash is not given back to who has left meanwhile: it falls to its side, as if it had been
there when they left."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION followups_take_back_restored() RETURNS trigger AS $$
DECLARE
    tied boolean;
BEGIN
    SELECT followups_is_tied(NEW.user_id, d.region_ids, d.organisation_ids) INTO tied FROM followups_milestone m
    CROSS JOIN LATERAL followups_digest(m.id, m.owner_id, m.visit_id, m.agreement_id, m.internal) d
    WHERE m.id = NEW.milestone_id;
    IF NOT tied THEN
        DELETE FROM followups_assignee WHERE id = NEW.id;
        INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
        SELECT NEW.milestone_id, 'REASSIGNED', '← ' || COALESCE(NULLIF(u.name, ''), u.email), clock_timestamp()
        FROM accounts_user u WHERE u.id = NEW.user_id;
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
-- At the end, when all rows are back that tell who takes part.
CREATE CONSTRAINT TRIGGER followups_take_back_restored AFTER INSERT ON followups_assignee
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (COALESCE(current_setting('simpul.restoring', true), '') <> '')
    EXECUTE FUNCTION followups_take_back_restored();
"""

BACKWARDS = """
DROP TRIGGER followups_take_back_restored ON followups_assignee;
DROP FUNCTION followups_take_back_restored();
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0013_outcomes_come_back")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
