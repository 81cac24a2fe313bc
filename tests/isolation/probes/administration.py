"""Django admin as the administrator of Batam."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.test import RequestFactory

from agreements.admin.agreement import VisitRows
from agreements.models import Agreement, AgreementVisit
from followups.admin.milestones import OccurrenceRows
from followups.models import Duty, Milestone
from records.history import event_model
from tests.isolation.probes.base import acting, foreign, notices, ours
from tests.isolation.world import MALANG, World
from visits.models import Visit, VisitNote, VisitSeries

WHO = "administrator"


def named(world: World, deed: str, model: Any, pk: int) -> bool:
    """Is the row among those that are seen, or that a key may name (`chosen`)?"""
    with acting(world, WHO) as user:
        request = RequestFactory().get("/")
        request.user = user
        found = getattr(admin.site.get_model_admin(model), deed)(request)
        return bool(found.filter(pk=pk).exists())


@notices("agreements/admin/agreement.py:AgreementAdmin.chosen_by:1")
def foreign_agreement_is_chosen(world: World) -> Any:
    return named(world, "chosen", Agreement, foreign(world).agreement.pk)


@notices("visits/admin.py:VisitAdmin.chosen_by:1")
def foreign_visit_is_chosen(world: World) -> Any:
    return named(world, "chosen", Visit, foreign(world).visit.pk)


@notices("visits/admin.py:VisitSeriesAdmin.chosen_by:1")
def foreign_series_is_chosen(world: World) -> Any:
    return named(world, "chosen", VisitSeries, world.foreign["series"]["pk"])


@notices("followups/admin/milestones.py:MilestoneAdmin.chosen_by:1")
def foreign_milestone_is_chosen(world: World) -> Any:
    return named(world, "chosen", Milestone, foreign(world).milestone.pk)


@notices("pages/scopes.py:OwnPapers.seen_by:1")
def own_note_on_what_one_sees_no_longer_is_listed(world: World) -> Any:
    note = VisitNote.objects.create(visit=foreign(world).visit, region=ours(world).host, text="Dari dulu.")
    return named(world, "seen", VisitNote, note.pk)


@notices("pages/scopes.py:OwnPapers.chosen_by:1")
def foreign_note_is_chosen(world: World) -> Any:
    return named(world, "chosen", VisitNote, world.foreign["visits"]["note_pk"])


@notices("agreements/admin/agreement.py:VisitRows.seen_by:1")
def foreign_visit_stands_in_the_agreement(world: World) -> Any:
    strange = foreign(world).visit
    with acting(world, WHO) as user:
        shown = VisitRows(Agreement, admin.site).seen_by(AgreementVisit.objects.all(), user)
        return shown is not None and shown.filter(visit=strange.pk).exists()


@notices("agreements/admin/agreement.py:VisitRows.told_by:1")
def foreign_visit_stands_in_the_history_of_the_agreement(world: World) -> Any:
    strange = foreign(world).visit
    with acting(world, WHO) as user:
        told = VisitRows(Agreement, admin.site).told_by(event_model(AgreementVisit).objects.all(), user)
        return told.filter(visit_id=strange.pk).exists()


@notices("followups/admin/milestones.py:OccurrenceRows.seen_by:1")
def internal_occurrence_of_the_other_side_stands_in_the_duty(world: World) -> Any:
    with acting(world, WHO) as user:
        shown = OccurrenceRows(Duty, admin.site).seen_by(Milestone.objects.all(), user)
        return shown is not None and shown.filter(evidence__contains=MALANG).exists()
