"""The trash: what lies in it, putting something back, removing it for good."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import LADDER, RULES, Actor, Right
from ledger.filters import TrashFilter
from ledger.lists import NEWEST, trash_rows
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.requests import SignedIn
from records.models import Trashed
from records.restoring import CannotRestore, restore
from records.trash import purge

# trash/


@require_safe
@login_required
def trash_list(request: SignedIn) -> HttpResponse:
    chosen = TrashFilter(request.GET, Trashed.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return render(request, "ledger/trash.html", {"form": chosen.form, "open": True}, status=422)
    pages = ListPaginator(chosen.qs, NEWEST, lambda found: trash_rows(_for_list(found), request.user))
    context = {
        "form": chosen.form,
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
    }
    return render(request, "ledger/trash.html", context)


# trash/<pk>/


@require_safe
@login_required
def trashed(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _thrown(request, pk))


@require_POST
@login_required
def put_back(request: SignedIn, pk: int) -> HttpResponse:
    """All of it, or nothing and why."""
    thrown = _thrown(request, pk)
    if not thrown.may_be_restored_by(request.user):
        raise PermissionDenied(_who_may(thrown))
    try:
        record = restore(pk, by=request.user)
    except Trashed.DoesNotExist:
        raise Http404 from None
    except CannotRestore as refusal:
        return _page(request, thrown, refusal, status=409)
    messages.success(request, _("“%(name)s” is back, with everything in it.") % {"name": thrown.name})
    return redirect(_place_of(record, thrown))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Ask, then remove it for good."""
    thrown = _thrown(request, pk)
    if not thrown.may_be_purged_by(request.user):
        raise PermissionDenied(_("Only an administrator of the region removes something for good before its time."))
    if request.method == "POST":
        if purge(thrown):
            messages.success(request, _("“%(name)s” is removed for good.") % {"name": thrown.name})
        else:
            messages.warning(request, _("Nothing was removed: it has been restored or removed in the meantime."))
        return redirect("ledger:trash")
    return render(request, "ledger/remove.html", {"thrown": thrown})


def _for_list(found: Any) -> Any:
    """Without the rows themselves: the database does not give them to a person."""
    return found.select_related("region", "person", "by").defer("rows", "links", "files")


def _thrown(request: SignedIn, pk: int) -> Trashed:
    found = Trashed.objects.visible_to(request.user).select_related("region", "person", "by")
    return get_object_or_404(found, pk=pk)


def _page(
    request: SignedIn, thrown: Trashed, refusal: CannotRestore | None = None, *, status: int = 200
) -> HttpResponse:
    first = refusal.first if refusal else None
    may_restore = thrown.may_be_restored_by(request.user)
    context = {
        "thrown": thrown,
        "parts": _parts(thrown),
        "may_restore": may_restore,
        "who_may": "" if may_restore else _who_may(thrown),
        "may_purge": thrown.may_be_purged_by(request.user),
        "refusal": refusal.why if refusal else "",
        "first": first if first and Trashed.objects.visible_to(request.user).filter(pk=first.pk).exists() else None,
    }
    return render(request, "ledger/trashed.html", context, status=status)


def _who_may(thrown: Trashed) -> str:
    """By the right that it was thrown away with: of a signed agreement fewer than of others."""
    if thrown.region is None:
        return _("Only the system administrator puts it back.")
    roles = ", ".join(str(role.label) for role in LADDER if Actor(role) in RULES[Right(thrown.right)].actors)
    return _("Whoever may delete it may put it back. In %(region)s: %(roles)s.") % {
        "region": thrown.region, "roles": roles
    }  # fmt: skip


def _parts(thrown: Trashed) -> list[tuple[str, int]]:
    """How many of each kind come back with it, in words."""
    names = {model._meta.label_lower: model._meta for model in apps.get_models()}
    return [(str(names[label].verbose_name_plural), n) for label, n in thrown.parts if label in names]


def _place_of(record: Any, thrown: Trashed) -> str:
    """Its page, or that of what it is a part of; a part has none of its own, and a paper's address is the file."""
    if thrown.place_url:
        return thrown.place_url
    try:
        return str(record.get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return "/trash/"
