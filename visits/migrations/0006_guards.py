"""Row-level security: see `records.rows`. Whoever may read a visit may read what hangs on it, but no note and no
restricted paper of the other side."""

from django.db import migrations

from records.guards import OWN_PAPER, Guard, GuardHistory, Guards, among, of, overlaps, paper

VISIT = f"{overlaps('region_ids')} OR {overlaps('organisation_ids', 'units')}"
PARTS = ("agendaitem", "citation", "delegation", "outcome", "statement", "topic", "visitkindlink", "visitsource")
ABOVE = of("visits_visit", "visit_id")
# The history of a deleted visit is for whoever kept it. Whether it is gone only the owner of the tables can see.
WAS = f"({ABOVE} OR (visits_is_gone(visit_id) AND {of('visits_visitevent', 'visit_id', 'pgh_obj_id')}))"

GONE = """
CREATE FUNCTION visits_is_gone(v bigint) RETURNS boolean AS $$
    SELECT NOT EXISTS (SELECT 1 FROM visits_visit WHERE id = v)
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_paper_of_unit")]

    operations = [
        migrations.RunSQL(GONE, "DROP FUNCTION visits_is_gone(bigint)"),
        Guards(
            Guard("visits_visit", VISIT, adds=among("owner_id", "writing")),
            GuardHistory(
                "visits_visitevent",
                f"{of('visits_visit', 'pgh_obj_id')} OR ({among('owner_id')} AND visits_is_gone(pgh_obj_id))",
            ),
            Guard(
                "visits_visitseries",
                f"{among('owner_id')} OR {of('visits_visit', 'visits_visitseries.id', 'series_id')}",
                adds=among("owner_id", "writing"),
            ),
            GuardHistory("visits_visitseriesevent", f"{among('owner_id')} OR {of('visits_visitseries', 'pgh_obj_id')}"),
            *(Guard(f"visits_{part}", ABOVE) for part in PARTS),
            *(GuardHistory(f"visits_{part}event", WAS) for part in PARTS),
            Guard("visits_delegate", of("visits_delegation", "delegation_id")),
            GuardHistory("visits_delegateevent", of("visits_delegationevent", "delegation_id", "pgh_obj_id")),
            Guard("visits_visitattachment", paper(ABOVE), adds=f"{ABOVE} AND {OWN_PAPER}"),
            GuardHistory("visits_visitattachmentevent", paper(WAS)),
            Guard("visits_visitpapertext", of("visits_visitattachment", "paper_id")),
            Guard("visits_visitnote", f"{ABOVE} AND {among('region_id', 'notes')}"),
            GuardHistory("visits_visitnoteevent", f"{WAS} AND {among('region_id', 'notes')}"),
        ),
    ]
