"""What was given to a person is theirs while something ties them to it: where a membership ends or leads elsewhere, it
falls to its side again, as the page that ends it promises."""

from django.db import migrations

FORWARDS = """
-- Does a membership lead the user to these regions or units? Also one of a unit of the regions, or of a province that
-- supervises one of them.
CREATE FUNCTION followups_is_tied(who bigint, region_ids bigint[], organisation_ids bigint[]) RETURNS boolean AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_membership x LEFT JOIN regions_organisation unit ON unit.id = x.unit_id
        WHERE x.user_id = who AND (x.region_id = ANY (region_ids) OR x.unit_id = ANY (organisation_ids)
            OR unit.region_id = ANY (region_ids) OR (x.supervises AND EXISTS (SELECT 1 FROM regions_region below
                WHERE below.parent_id = x.region_id AND below.id = ANY (region_ids)))))
$$ LANGUAGE sql STABLE;

CREATE FUNCTION followups_take_back() RETURNS trigger AS $$
DECLARE
    untied bigint[] = ARRAY(SELECT m.id FROM followups_assignee a JOIN followups_milestone m ON m.id = a.milestone_id
        WHERE a.user_id = OLD.user_id AND NOT followups_is_tied(OLD.user_id, m.region_ids, m.organisation_ids));
BEGIN
    PERFORM 1 FROM followups_milestone WHERE id = ANY (untied) ORDER BY id FOR NO KEY UPDATE;  -- the order of all deeds
    DELETE FROM followups_assignee WHERE user_id = OLD.user_id AND milestone_id = ANY (untied);
    INSERT INTO followups_milestoneentry (milestone_id, deed, text, at)
    SELECT m, 'REASSIGNED', '← ' || COALESCE(NULLIF(u.name, ''), u.email), clock_timestamp()
    FROM unnest(untied) m JOIN accounts_user u ON u.id = OLD.user_id ORDER BY m;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER followups_take_back_ended AFTER DELETE ON accounts_membership FOR EACH ROW
    EXECUTE FUNCTION followups_take_back();
CREATE TRIGGER followups_take_back_moved AFTER UPDATE ON accounts_membership FOR EACH ROW
    WHEN ((OLD.user_id, OLD.region_id, OLD.unit_id) IS DISTINCT FROM (NEW.user_id, NEW.region_id, NEW.unit_id)
        OR (OLD.supervises AND NOT NEW.supervises))
    EXECUTE FUNCTION followups_take_back();
"""

BACKWARDS = """
DROP TRIGGER followups_take_back_moved ON accounts_membership;
DROP TRIGGER followups_take_back_ended ON accounts_membership;
DROP FUNCTION followups_take_back();
DROP FUNCTION followups_is_tied(bigint, bigint[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0009_duties_go_with_agreements"), ("accounts", "0005_powers")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
