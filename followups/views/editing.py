"""Making a milestone, from nothing or from what it is about; changing it; giving it to others."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from followups import doing
from followups.changes import changes_of
from followups.doing import Refused
from followups.editing import change_milestone, make_milestone
from followups.forms.sheet import MilestoneSheet, ReassignSheet, WhoSheet, beginning_for
from followups.lookups import ProgrammeLookup
from followups.models import Milestone
from pages.lookups import options
from pages.requests import SignedIn
from pages.sheets.editing import Editing
from records.history import Change
from records.keys import whole

ASKED = ["GET", "HEAD", "POST"]
CARRIED = ("visit", "outcome", "agreement", "programme", "indicator")  # what an address may say it is about


class MilestoneEditing(Editing):
    sheet: ClassVar[type[WhoSheet]] = MilestoneSheet
    app = "followups"
    template = "followups/form.html"
    refusals = (*Editing.refusals, Refused)

    @property
    def objects(self) -> Any:
        return Milestone.objects.for_names()

    def require_editor(self, user: Any, record: Milestone) -> None:
        if not record.may_be_kept_by(user):
            raise PermissionDenied(_("A follow-up is changed by officers of the region that keeps it."))

    def add(self, sheet: Any, *, by: Any, submission: uuid.UUID) -> Milestone:
        return make_milestone(sheet, by=by, submission=submission)

    def change(self, sheet: Any, *, version: int) -> Milestone:
        return change_milestone(sheet, by=sheet.filling.user, version=version)

    def changes_of(self, record: Milestone, reader: Any) -> list[Change]:
        return changes_of(record, reader)

    def why_refused(self, refusal: Any) -> str:
        return str(refusal) if isinstance(refusal, Refused) else super().why_refused(refusal)


class Reassigning(MilestoneEditing):
    """The same page of rows for the sides and people alone; also for officers of the other sides."""

    sheet = ReassignSheet
    template = "followups/form_reassign.html"

    def require_editor(self, user: Any, record: Milestone) -> None:
        if not doing.may_reassign(record, user):
            raise PermissionDenied(_("It is given to others by officers of the regions that take part."))

    def change(self, sheet: Any, *, version: int) -> Milestone:
        milestone: Milestone = sheet.form.instance
        said = sheet.form.cleaned_data["reason"]
        who = (sheet.chosen_sides, sheet.chosen_people)
        doing.reassign(milestone, *who, said, by=sheet.filling.user, version=version)
        return milestone

    def address_of(self, record: Any) -> str:
        return reverse("followups:reassign", args=[record.pk])

    def leads_to(self, record: Any, by: Any) -> str:
        """To the list for who gave up the side by which they saw it."""
        return "" if doing.sees(record, by) else reverse("followups:list")


# follow-ups/new/


@require_http_methods(ASKED)
@login_required
def milestone_new(request: SignedIn) -> HttpResponse:
    """`?visit=`, `?outcome=`, `?agreement=`, `?programme=`, `?indicator=` carry over what is known.

    An outcome that has a follow-up has its milestone already: there it leads.
    """
    if request.method != "POST" and (known := _of_outcome(request)):
        return redirect(known)
    if not request.user.can_log_visits:
        raise PermissionDenied
    if request.method == "POST":
        return MilestoneEditing().new(request)
    begun = beginning_for(request.user, request.GET)
    if any(request.GET.get(name) for name in CARRIED) and begun.record.visit is None and begun.record.agreement is None:
        messages.warning(request, _("What this was to follow up is no longer there. Choose below what it is about."))
    return MilestoneEditing().new(request, begun)


# follow-ups/<pk>/edit/, follow-ups/<pk>/reassign/


@require_http_methods(ASKED)
@login_required
def milestone_edit(request: SignedIn, pk: int) -> HttpResponse:
    return MilestoneEditing().edit(request, pk)


@require_http_methods(ASKED)
@login_required
def milestone_reassign(request: SignedIn, pk: int) -> HttpResponse:
    return Reassigning().edit(request, pk)


# follow-ups/programmes/lookup/


@require_safe
@login_required
def programme_lookup(request: SignedIn) -> HttpResponse:
    return options(request, ProgrammeLookup(request.user))


def _of_outcome(request: SignedIn) -> Milestone | None:
    outcome = whole(request.GET.get("outcome", ""))
    return None if outcome is None else Milestone.objects.visible_to(request.user).filter(outcome=outcome).first()
