"""Row-level security: see `records.rows`. Letters are for who gets them, and for who may see what was sent to the
members of their region; preferences are everybody's own."""

from django.db import migrations

from records.guards import Guard, GuardHistory, Guards, among, of, own

MEMBERS = f"""EXISTS (
    SELECT 1 FROM accounts_membership m LEFT JOIN regions_organisation u ON u.id = m.unit_id
    WHERE m.user_id = recipient_id AND ({among("m.region_id", "letters")} OR {among("u.region_id", "letters")}))"""  # noqa: S608 - names of ours


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_sides"), ("accounts", "0001_initial"), ("regions", "0001_initial")]

    operations = [
        Guards(
            Guard("notices_notice", f"{own('recipient_id')} OR {MEMBERS}"),
            Guard("notices_delivery", of("notices_notice", "notice_id")),
            Guard("notices_attempt", of("notices_delivery", "delivery_id")),
            Guard("notices_preference", own("user_id")),
            GuardHistory("notices_preferenceevent", own("user_id")),
            Guard("notices_optout", own("user_id")),
            GuardHistory("notices_optoutevent", own("user_id")),
        ),
    ]
