"""What is changed, and what a refusal says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement
from followups.bulk import undo
from followups.models import BulkDeed, Milestone, Snooze
from records.trash import throw
from tests import factories as make
from tests.isolation.probes.base import acting, foreign, notices, ours, sent
from tests.isolation.world import FOREIGN, MALANG, World, everything


@notices("agreements/editing.py:_why_kept:1")
def foreign_agreement_is_named_as_being_in_the_way(world: World) -> Any:
    agreement = ours(world).agreement
    answer = sent(world, "officer", reverse("agreements:delete", args=[agreement.pk]), {"version": agreement.version})
    assert answer.status_code == 409
    return FOREIGN in everything(answer)


@notices("dashboards/views/watching.py:watch:1")
def foreign_visit_is_watched(world: World) -> Any:
    url = reverse("dashboards:watch", args=["visit", world.foreign["visit"]["pk"]])
    return sent(world, "stranger", url, {"on": "1"}).status_code != 404


@notices("followups/bulk/undoing.py:undo:1")
def snoozing_of_what_one_sees_no_longer_is_undone(world: World) -> Any:
    milestone, user, until = foreign(world).milestone, world.people["stranger"], timezone.localdate()
    Snooze.objects.create(user=user, milestone=milestone, until=until + dt.timedelta(days=3))
    before = {"now": (until + dt.timedelta(days=3)).isoformat(), "until": ""}
    done = BulkDeed.objects.create(deed="SNOOZED", by=user, rows=[[milestone.pk, milestone.version, before]])
    with acting(world, "stranger") as user:
        return undo(done, by=user).number


@notices("ledger/views/trash.py:_page:1")
def way_to_the_trash_of_the_other_side(world: World) -> Any:
    """What has to be put back first lies in the trash of Malang, and is of its own."""
    agreement = make.make_agreement(ours(world).guest, ours(world).host, title=MALANG)
    milestone = make.make_milestone("x", ours(world).host, owner=ours(world).host, agreement=agreement)
    mine = throw(Milestone.objects.get(pk=milestone.pk), region=milestone.owner_id, right="RESTORE")
    theirs = throw(Agreement.objects.get(pk=agreement.pk), region=agreement.owner_id, right="RESTORE")
    assert mine is not None
    assert theirs is not None
    answer = sent(world, "officer", reverse("ledger:restore", args=[mine.pk]))
    assert answer.status_code == 409
    return reverse("ledger:trashed", args=[theirs.pk]) in everything(answer)
