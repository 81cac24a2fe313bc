"""Deeds in bulk: what would change is shown and counted, then exactly that is done, or nothing; and undone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Func, IntegerField
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followups.bulk import LABELS, MOST, Changed, Plan, Terms, carry_out, plan, sentence, undo
from followups.bulk.wording import undone_sentence
from followups.doing import Refused
from followups.filters import MilestoneFilter
from followups.forms.bulk import FORMS, BulkForm
from followups.models import BulkDeed, Milestone, MilestoneQuerySet
from pages.lists import Chip, chips
from pages.requests import SignedIn
from records.keys import whole

SHOWN = 20  # of those done lately
OURS = ("deed", "pick", "all")  # parameters beside the filter


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulk_deed(request: SignedIn) -> HttpResponse:
    """The filter and the choice stand in the address, the number that was seen and what the deed needs in the form."""
    deed, asked = request.GET.get("deed", ""), _filter_of(request)
    chosen = MilestoneFilter(asked, Milestone.objects.visible_to(request.user), request=request)
    back = _list(asked)
    if deed not in FORMS or not (_picks(request) or request.GET.get("all")) or not chosen.is_valid():
        messages.warning(request, _("Tick follow-ups in the list, and choose what to do with them."))
        return redirect(back)
    found = _found(request, chosen)
    if request.method != "POST":
        return _page(request, FORMS[deed], plan(found, deed, Terms(), request.user), chosen)

    form = FORMS[deed](request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, plan(found, deed, Terms(), request.user), chosen, status=422)
    number, seen, submission = (form.cleaned_data[name] for name in ("number", "seen", "submission"))
    try:
        done = carry_out(found, deed, form.terms, number=number, seen=seen, submission=submission, by=request.user)
    except Changed as changed:
        return _page(request, form, changed.plan, chosen, status=409, was=number)
    link = format_html('<a href="{}">{}</a>', reverse("followups:bulk-list"), _("Undo"))
    messages.success(request, format_html("{} {}", sentence(done), link))
    return redirect(back)


@require_safe
@login_required
def bulk_list(request: SignedIn) -> HttpResponse:
    """What the user did in bulk lately."""
    counted = Func(F("rows"), function="jsonb_array_length", output_field=IntegerField())
    found = BulkDeed.objects.filter(by=request.user).defer("rows").annotate(number=counted).order_by("-pk")[:SHOWN]
    return render(request, "followups/bulk_list.html", {"done": found, "labels": dict(LABELS)})


@require_POST
@login_required
def bulk_undo(request: SignedIn, pk: int) -> HttpResponse:
    done = get_object_or_404(BulkDeed, pk=pk, by=request.user)
    try:
        result = undo(done, by=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, undone_sentence(result.number, result.left_out))
    return redirect("followups:bulk-list")


def _page(
    request: SignedIn,
    form: BulkForm | type[BulkForm],
    counted: Plan,
    chosen: MilestoneFilter,
    *,
    status: int = 200,
    was: int | None = None,
) -> HttpResponse:
    """With the number that holds now; what was typed stays."""
    now = {"number": counted.number, "seen": counted.seen}
    if isinstance(form, BulkForm):
        form.data = _with(form.data, now)
    else:
        form = form(user=request.user, initial=now)
    context = {
        "form": form,
        "plan": counted,
        "was": was,
        "most": MOST,
        "by_filter": bool(request.GET.get("all")),
        "chips": _told(chosen),
        "back": _list(_filter_of(request)),
        "action": request.get_full_path(),
    }
    return render(request, "followups/bulk.html", context, status=status)


def _with(data: Any, now: dict[str, Any]) -> QueryDict:
    kept: QueryDict = data.copy()
    for name, value in now.items():
        kept[name] = str(value)
    return kept


def _told(chosen: MilestoneFilter) -> list[Chip]:
    return chips(chosen.form, QueryDict())


def _found(request: SignedIn, chosen: MilestoneFilter) -> MilestoneQuerySet:
    """All that the filter gives, or what was ticked."""
    if request.GET.get("all"):
        found: MilestoneQuerySet = chosen.qs
        return found
    return Milestone.objects.visible_to(request.user).filter(pk__in=_picks(request))


def _picks(request: SignedIn) -> list[int]:
    picked = request.GET.getlist("pick")[: MOST + 1]
    return [key for pick in picked if (key := whole(pick)) is not None]


def _filter_of(request: SignedIn) -> QueryDict:
    """The parameters of the list."""
    kept = request.GET.copy()
    for name in OURS:
        kept.pop(name, None)
    return kept


def _list(asked: QueryDict) -> str:
    return f"{reverse('followups:list')}?{asked.urlencode()}" if asked else reverse("followups:list")
