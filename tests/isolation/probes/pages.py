"""Pages and letters whose reader is told of something besides what the page is about."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from dashboards.models import AskedFile, FileState
from followups.models import Duty, Milestone
from records.trash import throw
from sides import letters
from tests import factories as make
from tests.isolation.probes.base import acting, foreign, notices, ours, page
from tests.isolation.world import FOREIGN, MALANG, SHARED, World
from visits.models import Visit

HTMX = {"HX-Request": "true"}


def open_to(world: World, who: str, name: str, *args: Any) -> bool:
    """Is there anything at the address for them?"""
    return not page(world, who, reverse(name, args=args)).startswith("404")


@notices("dashboards/views/feeds.py:feeds:1")
def secret_address_of_somebody_elses_feed(world: World) -> Any:
    return world.foreign["feed"]["secret"] in page(world, "stranger", reverse("dashboards:feeds"))


@notices("dashboards/views/files.py:file_download:1")
def file_of_somebody_else(world: World) -> Any:
    file = AskedFile.objects.get(pk=world.foreign["file"]["pk"])
    file.file.save("zq.csv", ContentFile(FOREIGN.encode()), save=False)
    AskedFile.objects.filter(pk=file.pk).update(state=FileState.READY, file=file.file.name, kind="csv")
    make.settle()
    return FOREIGN in page(world, "stranger", reverse("dashboards:file-download", args=[file.pk]))


@notices("dashboards/views/watching.py:watch_open:1")
def way_to_a_foreign_visit_that_is_watched(world: World) -> Any:
    visit = foreign(world).visit
    watch = make.make_watch(world.people["stranger"], visit)
    return visit.get_absolute_url() in page(world, "stranger", reverse("dashboards:watch-open", args=[watch.pk]))


def told_to_go(world: World, record: Any) -> list[str]:
    """The numbers on the page that asks whether to delete it."""
    url = reverse(f"{record._meta.app_label}:delete", args=[record.pk])
    return re.findall(r"<p>(\d+) ", page(world, "officer", url))


@notices("followups/templatetags/followups.py:goes_with_visit:1")
def internal_follow_up_of_the_other_side_when_a_visit_is_deleted(world: World) -> Any:
    visit = ours(world).visit
    before = told_to_go(world, visit)
    make.make_milestone("x", owner=ours(world).guest, internal=True, visit=visit)
    return told_to_go(world, visit) != before


@notices("followups/templatetags/followups.py:goes_with_visit:2")
def agreement_of_others_when_the_visit_it_came_from_is_deleted(world: World) -> Any:
    visit = ours(world).visit
    before = told_to_go(world, visit)
    made = make.make_agreement(foreign(world).host, foreign(world).guest)
    made.visit_links.create(visit=visit)
    return told_to_go(world, visit) != before


@notices("followups/templatetags/followups.py:goes_with_agreement:1")
def internal_follow_up_of_the_other_side_when_an_agreement_is_deleted(world: World) -> Any:
    agreement = ours(world).agreement
    before = told_to_go(world, agreement)
    make.make_milestone("x", owner=ours(world).guest, internal=True, agreement=agreement)
    return told_to_go(world, agreement) != before


@notices("followups/views/bulk.py:bulk_deed:1")
def all_follow_ups_of_everybody_in_bulk(world: World) -> Any:
    return FOREIGN in page(world, "stranger", reverse("followups:bulk"), {"deed": "CANCELLED", "all": "1"})


@notices("followups/views/bulk.py:_found:1")
def foreign_follow_up_is_ticked(world: World) -> Any:
    asked = {"deed": "CANCELLED", "pick": world.foreign["followups"]["pk"]}
    return FOREIGN in page(world, "stranger", reverse("followups:bulk"), asked)


@notices("followups/views/detail.py:about:1")
def follow_ups_about_a_foreign_visit(world: World) -> Any:
    asked = {"visit": world.foreign["visit"]["pk"]}
    return FOREIGN in page(world, "stranger", reverse("followups:about"), asked, **HTMX)


@notices("followups/views/detail.py:about:2")
def duties_about_a_foreign_agreement(world: World) -> Any:
    asked = {"agreement": world.foreign["agreement"]["pk"]}
    return FOREIGN in page(world, "stranger", reverse("followups:about"), asked, **HTMX)


@notices("followups/views/duties.py:duty_detail:1")
def internal_occurrence_of_the_other_side(world: World) -> Any:
    duty = Duty.objects.get(title__endswith=f"{SHARED} duty", agreement=foreign(world).agreement)
    hidden = Milestone.objects.get(duty=duty, title__contains=MALANG)
    return f'"{hidden.get_absolute_url()}"' in page(world, "officer", duty.get_absolute_url())


@notices("followups/views/duties.py:duty_detail:2")
def foreign_agreement_of_an_own_duty(world: World) -> Any:
    duty = Duty.objects.get(title__endswith=f"{SHARED} duty", agreement=foreign(world).agreement)
    return f'"{foreign(world).agreement.get_absolute_url()}"' in page(world, "officer", duty.get_absolute_url())


@notices("visits/views/series.py:series_list:1")
def foreign_visit_counts_in_an_own_series(world: World) -> Any:
    make.settle()
    answer = world.browser("officer").get(reverse("visits:series-list"))
    return [one for one in answer.context["programmes"] if one.held > 1]


@notices("followups/views/editing.py:_of_outcome:1")
def way_to_the_milestone_of_a_foreign_outcome(world: World) -> Any:
    asked = {"outcome": world.foreign["outcome"]["pk"]}
    return "Location:" in page(world, "stranger", reverse("followups:new"), asked)


@notices("ledger/templatetags/thrown.py:_thrown:1")
def what_lies_in_a_foreign_trash(world: World) -> Any:
    visit = make.make_visit(foreign(world).host, foreign(world).guest, title=FOREIGN)
    url = visit.get_absolute_url()
    thrown = throw(Visit.objects.get(pk=visit.pk), region=visit.owner_id)
    assert thrown is not None
    return reverse("ledger:trashed", args=[thrown.pk]) in page(world, "stranger", url)


@notices("regions/profile.py:visits_of:3")
def visits_of_an_official(world: World) -> Any:
    official = world.foreign["official"]["pk"]
    return FOREIGN in page(world, "stranger", reverse("regions:official-detail", args=[official]))


@notices("sides/letters.py:_correction:1")
def letter_about_a_foreign_correction(world: World) -> Any:
    correction = make.make_correction(foreign(world).visit, state="ACCEPTED", answered_at=timezone.now())
    with acting(world, "stranger") as user:
        return letters._correction(user, correction.pk, new=False)


@notices("sides/letters.py:_handover:1")
def letter_about_a_foreign_handover(world: World) -> Any:
    handover = make.make_handover(foreign(world).visit, state="ACCEPTED", answered_at=timezone.now())
    with acting(world, "stranger") as user:
        return letters._handover(user, handover.pk, new=False)


@notices("sides/letters.py:_restored:1")
def letter_about_a_foreign_record_that_is_back(world: World) -> Any:
    stranger, record = world.people["stranger"], foreign(world).visit
    make.make_delivery(
        make.make_notice(stranger, kind="SIDES", occasion="trash/1/new"), state="SENT", sent_at=timezone.now()
    )
    back = make.make_notice(stranger, kind="SIDES", occasion="visit/1/restored/1")
    with acting(world, "stranger"):
        return letters._restored(back, Visit, record.pk, 1, "EMAIL")
