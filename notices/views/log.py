"""The send log: what went to whom, when and how, what failed; and what an administrator decides about it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.rights import Right
from notices.deciding import FAILED, OVER, Stale, let_be, send_again
from notices.filters import DeliveryFilter
from notices.lists import COLUMNS, NEWEST, rows, state_badge
from notices.models import Delivery, Notice
from pages.exports import export, too_long
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.requests import SignedIn


@require_safe
@login_required
def delivery_list(request: SignedIn) -> HttpResponse:
    chosen = DeliveryFilter(request.GET, Delivery.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return render(request, "notices/list.html", {"form": chosen.form, "open": True}, status=422)
    pages = ListPaginator(chosen.qs, NEWEST, lambda found: list(rows(found.for_list(), request.user)))
    context = {
        "form": chosen.form,
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
        "sees_others": request.user.may_somewhere(Right.SEE_LETTERS),
    }
    return render(request, "notices/list.html", context)


@require_safe
@login_required
def delivery_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order."""
    chosen = DeliveryFilter(request.GET, Delivery.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('notices:list')}?{request.GET.urlencode()}")
    if refusal := too_long(kind, chosen.qs):
        messages.error(request, refusal)
        return redirect(f"{reverse('notices:list')}?{request.GET.urlencode()}")
    found = chosen.qs.order_by(*NEWEST.by()).for_list()
    return export(kind, gettext_lazy("notices"), COLUMNS, rows(found.iterator(chunk_size=2000), request.user))


@require_safe
@login_required
def notice_detail(request: SignedIn, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.visible_to(request.user).select_related("recipient"), pk=pk)
    deliveries = list(notice.deliveries.prefetch_related("tries").order_by("channel"))
    context = {
        "notice": notice,
        "deliveries": [(delivery, state_badge(delivery.state)) for delivery in deliveries],
        "may_read": notice.may_be_read_by(request.user),
        "over": OVER if request.user.sees_all else (),
        "failed": FAILED if request.user.sees_all else (),
    }
    return render(request, "notices/detail.html", context)


@require_POST
@login_required
def decide(request: SignedIn, pk: int, delivery_pk: int, again: bool) -> HttpResponse:
    """Send again, or let be: for the system administrator."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    delivery = get_object_or_404(notice.deliveries, pk=delivery_pk)
    if not request.user.may_somewhere(Right.KEEP_INSTALLATION):
        raise PermissionDenied(_("Only the system administrator decides what is sent again."))
    try:
        (send_again if again else let_be)(delivery, by=request.user)
    except Stale:
        messages.warning(request, _("Nothing was changed: this letter is on its way, or somebody else has decided."))
    else:
        messages.success(request, _("It goes out again at once.") if again else _("Nothing more is done about it."))
    return redirect("notices:detail", pk)
