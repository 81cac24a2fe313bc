"""Letters to the people of the other side: to whom they go, and when (at once). What they say: `sides.letters`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import Membership
from accounts.rights import RULES, Right, Role, actor_of
from notices.models import Topic
from records import rows
from regions.models import Region

TOPIC = Topic.ASSIGNED

# The local day and zone are the recipient's, the Message-ID is the same for ever; what they do not want is not written.
TELL = """
WITH people AS (
    SELECT m.user_id FROM accounts_membership m WHERE m.region_id = ANY(%(regions)s) AND m.role = ANY(%(roles)s)
    UNION SELECT unnest(%(people)s::bigint[])
), wanted AS (
    SELECT a.user_id, a.today, a.zone, ARRAY(
        SELECT c FROM unnest(ARRAY['EMAIL', 'WEBHOOK']) c
        WHERE NOT EXISTS (SELECT 1 FROM notices_optout o
                WHERE o.user_id = a.user_id AND o.topic = %(topic)s AND o.channel = c)
            AND (c <> 'WEBHOOK' OR EXISTS (SELECT 1 FROM notices_preference f
                WHERE f.user_id = a.user_id AND f.gateway_address <> ''))) AS channels
    FROM people p JOIN notices_addressees(%(zone)s) a ON a.user_id = p.user_id
    WHERE a.user_id IS DISTINCT FROM %(besides)s
), told AS (
    INSERT INTO notices_notice (recipient_id, kind, occasion, "on", time_zone, send_at, created_at)
    SELECT user_id, 'SIDES', %(occasion)s, today, zone, notices_now(), notices_now() FROM wanted
    WHERE channels <> '{}' ORDER BY user_id
    ON CONFLICT ON CONSTRAINT notice_is_unique DO NOTHING
    RETURNING id, recipient_id, send_at
)
INSERT INTO notices_delivery (notice_id, channel, state, next_try_at, attempts, unknowns, message_id, address, subject,
    body, reply, error)
SELECT t.id, c.channel, 'PENDING', t.send_at, 0, 0,
    notices_message_id(%(salt)s, t.recipient_id, 'SIDES', %(occasion)s, c.channel, %(host)s), '', '', '', '', ''
FROM told t JOIN wanted w ON w.user_id = t.recipient_id CROSS JOIN LATERAL unnest(w.channels) AS c(channel)"""


def tell(
    occasion: str, *, by: Any, right: Right | None = None, regions: Collection[int] = (), people: Collection[Any] = ()
) -> None:
    """Whoever has the right for one of the regions, and the people; not the one who does it."""
    words = {
        "occasion": occasion,
        "regions": list(regions),
        "roles": _roles(right) if right is not None else [],
        "people": [person.pk for person in people if person is not None],
        "besides": by.pk if by is not None else None,
        "topic": TOPIC,
        "zone": settings.TIME_ZONE,
        "salt": salted_hmac("notices.message_id", "").hexdigest(),
        "host": settings.MESSAGE_ID_HOST,
    }
    # Who acts for the other side, and what is written to them, is not for the one who writes to see.
    with rows.acting(rows.EVERYBODY), connection.cursor() as cursor:
        cursor.execute(TELL, words)


def regions_with(right: Right, regions: Collection[int]) -> list[Region]:
    """Those of the regions that have somebody on the installation with the right."""
    with rows.acting(rows.EVERYBODY):  # members of other sides are not for the reader to see; that there are some, is
        theirs = Membership.objects.filter(region__in=regions, role__in=_roles(right), user__is_active=True)
        return list(Region.objects.filter(pk__in=theirs.values("region")).select_related("parent").order_by("pk"))


def _roles(right: Right) -> list[str]:
    """Of members of a region: there an agency user only reads."""
    return [role for role in Role.values if actor_of(Membership(role=role)) in RULES[right].actors]
