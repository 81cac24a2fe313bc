"""Saved views of lists: opened, saved, changed, made the default, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from dashboards.lists import LISTS
from dashboards.models import LONGEST_QUERY, SavedView
from dashboards.saved import address_of, kept_of, may_change, set_default, views_of
from dashboards.saving import NewViewForm, ViewForm
from followups.views.deeds import back_to
from pages.requests import SignedIn
from pages.thrown import moved
from records import rows
from records.keys import SHORT, whole
from records.models import Stale
from records.trash import throw

ASKED = ["GET", "HEAD", "POST"]

# views/


@require_safe
@login_required
def views(request: SignedIn) -> HttpResponse:
    """All views that one has or is given, list by list. One query besides those of every page."""
    found = list(views_of(request.user))
    for view in found:
        view.is_changeable = may_change(request.user, view)
    groups = [(listing, [view for view in found if view.of == listing.code]) for listing in LISTS.values()]
    return render(request, "dashboards/views.html", {"groups": groups, "any": bool(found)})


@require_http_methods(ASKED)
@login_required
def view_new(request: SignedIn) -> HttpResponse:
    """Save what a list shows: `of` names it, `query` is its address."""
    given = request.POST if request.method == "POST" else request.GET
    code, text = given.get("of", ""), given.get("query", "")[:LONGEST_QUERY].replace("\x00", "")
    if code not in LISTS:
        raise Http404
    instance = SavedView(owner=request.user, of=code)
    kept = kept_of(code, text, request.user)
    form = NewViewForm(
        request.POST or None, instance=instance, user=request.user, initial={"of": code, "query": kept.query}
    )
    if form.is_bound and form.is_valid() and (view := form.keep()):
        messages.success(request, _("Saved: %(name)s.") % {"name": view.name})
        return redirect(view)
    return _page(request, form, code, kept.chips, status=422 if form.is_bound else 200)


# views/<pk>/


@require_safe
@login_required
def view_open(request: SignedIn, pk: int) -> HttpResponse:
    """To the list as the view shows it."""
    return redirect(address_of(get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk), request))


@require_http_methods(ASKED)
@login_required
def view_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Its name, with whom it is shared, whether one's own list opens with it."""
    view = _changeable(request, pk)
    form = ViewForm(request.POST or None, instance=view, user=request.user)
    if form.is_bound and form.is_valid() and (kept := form.keep()):
        messages.success(request, _("Saved: %(name)s.") % {"name": kept.name})
        return redirect("dashboards:views")
    shown = SavedView.objects.get(pk=pk) if form.is_bound else view  # the form has changed the other
    status = 200 if not form.is_bound else 409 if form.differences else 422
    return _page(request, form, view.of, kept_of(view.of, view.query, request.user).chips, status=status, view=shown)


@require_POST
@login_required
def view_update(request: SignedIn, pk: int) -> HttpResponse:
    """What the view shows is from now on what is on the screen, unless somebody else has saved it since."""
    view = _changeable(request, pk)
    text = request.POST.get("query", "")[:LONGEST_QUERY].replace("\x00", "")
    view.query = kept_of(view.of, text, request.user).query
    try:
        with transaction.atomic():
            view.claim(whole(request.POST.get("version", ""), SHORT) or 0)
            view.save(update_fields=["query"])
    except Stale as stale:
        if getattr(stale.current, "query", None) != view.query:  # else it was clicked twice
            words = _("Somebody has saved “%(name)s” in the meantime: look at what it shows, then update it again.")
            messages.warning(request, words % {"name": view.name})
            return redirect(address_of(view, request))
    messages.success(request, _("The view “%(name)s” shows this from now on.") % {"name": view.name})
    return redirect(view)


@require_POST
@login_required
def view_default(request: SignedIn, pk: int) -> HttpResponse:
    """One's own list opens with this view (`on`), or no longer."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    on = request.POST.get("on") == "1"
    set_default(request.user, view, on=on)
    words = _("%(list)s open with “%(name)s”.") if on else _("%(list)s open with everything again.")
    messages.success(request, words % {"list": view.get_of_display(), "name": view.name})
    return redirect(back_to(request, request.POST) or view)


@require_http_methods(ASKED)
@login_required
def view_delete(request: SignedIn, pk: int) -> HttpResponse:
    view = _changeable(request, pk)
    if request.method == "POST":
        messages.success(request, moved(throw(view, **_trash_of(view))))
        return redirect("dashboards:views")
    with rows.acting(rows.EVERYBODY):  # whose feeds stop is not for the reader to see; how many, is
        feeds = view.feeds.count()
    return render(request, "dashboards/view_delete.html", {"view": view, "feeds": feeds})


def _trash_of(view: SavedView) -> dict[str, Any]:
    """A shared view lies in the trash of its region, an own one in that of its maker."""
    if view.region_id is None:
        return {"person": view.owner}
    return {"region": view.region_id, "right": Right.KEEP_SHARED_VIEWS}


def _changeable(request: SignedIn, pk: int) -> SavedView:
    """Its maker's, while they may share it, and the managers' of the region; other readers get 403."""
    view: SavedView = get_object_or_404(
        SavedView.objects.visible_to(request.user).select_related("owner", "region"), pk=pk
    )
    if not may_change(request.user, view):
        raise PermissionDenied(
            _("What is shared with a region is changed by who made it, while they may share there, or by its managers.")
        )
    return view


def _page(request: SignedIn, form: Any, code: str, told: Any, *, status: int, view: Any = None) -> HttpResponse:
    context = {"form": form, "listing": LISTS[code], "chips": told, "view": view}
    return render(request, "dashboards/view_form.html", context, status=status)
