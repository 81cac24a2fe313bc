"""Row-level security: see `records.rows`. A milestone is for its sides, their units and the people to whom it is given;
reminders and snoozes are read with it and changed by whose they are."""

from django.db import migrations

from records.guards import OWN_PAPER, USER, Guard, GuardHistory, Guards, among, of, overlaps, own, paper

MILESTONE = f"{overlaps('region_ids')} OR {overlaps('organisation_ids', 'units')} OR user_ids @> ARRAY[{USER}]"
PARTS = ("assignee", "milestoneentry", "part")
ABOVE = of("followups_milestone", "milestone_id")
# The history of a deleted milestone is for whoever kept it. Whether it is gone only the owner of the tables can see.
WAS = (
    f"({ABOVE} OR (followups_is_gone(milestone_id) AND {of('followups_milestoneevent', 'milestone_id', 'pgh_obj_id')}))"
)
OURS = "unit_id IN (SELECT o.id FROM regions_organisation o WHERE {})"
DUTY = (
    f"{among('owner_id')} OR {among('region_id')} OR {among('unit_id', 'units')}"
    f" OR {OURS.format(among('o.region_id'))} OR {of('agreements_agreement', 'agreement_id')}"
)

FORWARDS = """
CREATE FUNCTION followups_is_gone(m bigint) RETURNS boolean AS $$
    SELECT NOT EXISTS (SELECT 1 FROM followups_milestone WHERE id = m)
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp;
"""


class Migration(migrations.Migration):
    dependencies = [("followups", "0006_open_of_region"), ("agreements", "0005_guards"), ("visits", "0006_guards")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION followups_is_gone(bigint)"),
        Guards(
            Guard("followups_milestone", MILESTONE, adds=among("owner_id", "writing")),
            GuardHistory(
                "followups_milestoneevent",
                f"{of('followups_milestone', 'pgh_obj_id')} OR ({among('owner_id')} AND followups_is_gone(pgh_obj_id))",
            ),
            *(Guard(f"followups_{part}", ABOVE) for part in PARTS),
            *(GuardHistory(f"followups_{part}event", WAS) for part in PARTS),
            Guard("followups_milestoneattachment", paper(ABOVE), adds=f"{ABOVE} AND {OWN_PAPER}"),
            GuardHistory("followups_milestoneattachmentevent", paper(WAS)),
            Guard("followups_milestonepapertext", of("followups_milestoneattachment", "paper_id")),
            Guard("followups_milestonenote", f"{ABOVE} AND {among('region_id', 'notes')}"),
            GuardHistory("followups_milestonenoteevent", f"{WAS} AND {among('region_id', 'notes')}"),
            Guard("followups_duty", DUTY, adds=among("owner_id", "writing")),
            GuardHistory("followups_dutyevent", DUTY),
            Guard("followups_reminder", ABOVE, adds="false", touches=own("recipient_id")),
            Guard("followups_snooze", ABOVE, adds=own("user_id"), becomes=own("user_id"), touches=own("user_id")),
            Guard("followups_bulkdeed", own("by_id")),
            Guard("followups_ruleoverride", of("agreements_agreement", "agreement_id")),
            GuardHistory("followups_ruleoverrideevent", of("agreements_agreement", "agreement_id")),
            Guard("followups_stale", "false"),
        ),
    ]
