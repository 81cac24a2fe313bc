"""One milestone: read, talked about, and how it came to be what it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from documents.views import notes_context, papers_context
from followups.changes import changes_of
from followups.detail import Telling, rhythm
from followups.doing import CLOSED, Refused
from followups.forms.deeds import CommentForm, require
from followups.inbox import mark_read
from followups.models import Duty, Milestone
from followups.views.deeds import back_to
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from records.keys import whole
from visits.changes import acts

ASKED = ["GET", "HEAD", "POST"]
LAST = 5  # changes that the page shows
FEW = 8  # milestones that the page of a visit or agreement shows


# follow-ups/<pk>/


@require_safe
@login_required
def milestone_detail(request: SignedIn, pk: int) -> HttpResponse:
    """At most 15 queries. Who opens it, from a letter or wherever else, has read what they were told of it. Programs
    that only look into the links of letters are not signed in."""
    told = _told(request.user, pk)
    if request.method == "GET":
        mark_read(request.user, [pk])
    context = _with_comment(told) | {"may_edit": told.may_keep}
    context |= papers_context(request.user, told.milestone) | notes_context(request.user, told.milestone)
    return render(request, "followups/detail.html", context)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
@keeps_draft
def comments(request: SignedIn, pk: int) -> HttpResponse:
    """The conversation, and one more comment: both sides read it."""
    told = _told(request.user, pk)
    form = CommentForm(request.POST or None, milestone=told.milestone, user=request.user)
    require(form)
    if request.method == "POST" and form.is_valid():
        try:
            form.act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if request.htmx:
                return render(request, "followups/_detail_log.html", _with_comment(_told(request.user, pk)))
            return redirect(back_to(request, request.POST) or f"{told.milestone.get_absolute_url()}#log")
    template = "followups/_detail_log.html" if request.htmx else "followups/detail_comments.html"
    context = _with_comment(told) | ({"comment_form": form} if form.is_bound else {})
    return render(request, template, context, status=form.status)


@require_safe
@login_required
@vary_on_headers("HX-Request")
def milestone_history(request: SignedIn, pk: int) -> HttpResponse:
    """Who changed what and when; for the page of the milestone only the last changes."""
    milestone = get_object_or_404(Milestone.objects.visible_to(request.user).for_names(), pk=pk)
    changes = changes_of(milestone, request.user)
    if request.htmx:
        context = {"milestone": milestone, "acts": acts(changes)[:LAST]}
        return render(request, "followups/_detail_changes.html", context)
    return render(request, "followups/detail_history.html", {"milestone": milestone, "changes": changes})


# follow-ups/about/


@require_safe
@login_required
@vary_on_headers("HX-Request")
def about(request: SignedIn) -> HttpResponse:
    """What is open of a visit, an agreement or a programme: a part that their pages fetch; else the list of it."""
    name = next((name for name in ("visit", "agreement", "programme") if whole(request.GET.get(name, ""))), "")
    key = request.GET.get(name, "")
    if not request.htmx or not name or len(key) > 18:
        parameters = {name: key} if name in ("visit", "agreement") else {}
        return redirect(f"{reverse('followups:list')}?{urlencode(parameters | {'state': 'all'})}")
    found = Milestone.objects.visible_to(request.user).filter(**{name: key})
    rows = found.exclude(status__in=list(CLOSED)).overdue_first()[: FEW + 1].told_to(request.user)
    for row in rows:
        if name != "visit":  # the page says already of which agreement it is
            row["heading"] = row["heading"].removesuffix(f" — {row['agreement']}")
    duties: Any = [] if name == "visit" else Duty.objects.visible_to(request.user).filter(**{name: key}, ended_on=None)
    context = {
        "about": name,
        "key": key,
        "rows": rows[:FEW],
        "more": len(rows) > FEW,
        "duties": [(duty, rhythm(duty)) for duty in duties],
        "may_add": request.user.can_log_visits,
    }
    return render(request, "followups/_detail_about.html", context)


def _with_comment(told: Telling) -> dict[str, Any]:
    context: dict[str, Any] = {"milestone": told.milestone, "telling": told}
    if told.milestone.may_be_commented_by(told.user):
        seen = {"seen": told.log[-1].entry.pk if told.log else 0}
        context["comment_form"] = CommentForm(milestone=told.milestone, user=told.user, initial=seen)
    return context


def _told(user: Any, pk: int) -> Telling:
    found = Milestone.objects.visible_to(user).for_names()
    found = found.select_related("owner", "outcome", "programme", "indicator__programme", "duty", "created_by")
    return Telling(get_object_or_404(found, pk=pk), user)
