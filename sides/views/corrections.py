"""Corrections: the list, one proposed, one read and answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Measurement
from pages.drafts import keeps_draft
from pages.lists import chips, query
from pages.lookups import prime
from pages.paging import ListPaginator
from pages.requests import SignedIn
from pages.sheets.once import is_same, save_once, saved_before, submission_of, why_refused
from records.keys import SHORT, whole
from records.models import Stale
from regions.models import Region
from sides import correcting
from sides.facts import Fact, differences, facts_of, prints_of, read_prints, with_untouched
from sides.filters import CorrectionFilter
from sides.forms.deeds import AnswerForm, ProposalForm
from sides.lists import NEWEST, correction_badge, rows
from sides.models import Correction, Handover
from sides.rights import answers_to, may_answer, may_withdraw, other_sides
from sides.subjects import Subject, subject_of

ASKED = ["GET", "HEAD", "POST"]
SIDES = ("from_region", "to_region")
MOST = 50  # open handovers that the list shows
PEOPLE = ("region", "by", "answered_by", "delegation", "party", "measurement")


# corrections/


@require_safe
@login_required
def correction_list(request: SignedIn) -> HttpResponse:
    visible = Correction.objects.visible_to(request.user)
    chosen = CorrectionFilter(request.GET, visible, request=request)
    if not chosen.is_valid():
        return render(request, "sides/list.html", {"form": chosen.form, "open": True}, status=422)
    pages = ListPaginator(
        chosen.qs,
        NEWEST,
        lambda found: list(rows(found.for_names().select_related("region", "by", "measurement"), request.user)),
    )
    offered = list(Handover.objects.concerning(request.user).open().for_names().select_related(*SIDES)[: MOST + 1])
    context = {
        "form": chosen.form,
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
        "handovers": offered[:MOST],
        "left_out": len(offered) > MOST,
        "most": MOST,
    }
    return render(request, "sides/list.html", context)


# corrections/new/<what>/<pk>/


@require_http_methods(ASKED)
@login_required
@keeps_draft
def correction_new(request: SignedIn, what: str, pk: int) -> HttpResponse:
    """The facts as they stand, filled in; what is altered becomes the proposal."""
    subject = subject_of(request.user, what, pk)
    sides = _sides_or_refuse(request.user, subject)
    if request.method != "POST":
        form = subject.form(request.user)
        return _proposal_page(request, subject, form, ProposalForm(sides=sides), prints_of(form))
    if "restore" in request.POST:
        words = ProposalForm(initial=request.POST.dict(), sides=sides)
        form = subject.form(request.user, request.POST, quiet=True)
        return _proposal_page(request, subject, form, words, request.POST.get("base", ""))
    if (known := saved_before(request, Correction)) and is_same(request):
        return redirect(known)
    return _propose(request, subject, sides)


def _sides_or_refuse(user: Any, subject: Subject) -> list[int]:
    sides = other_sides(user, subject.record, subject.row)
    if not sides:
        raise PermissionDenied(
            _("Corrections are proposed by cooperation officers of another side that takes part in the record.")
        )
    return sides


def _propose(request: SignedIn, subject: Subject, sides: list[int]) -> HttpResponse:
    now, base = subject.anew(), read_prints(request.POST.get("base", ""))
    words = ProposalForm(request.POST, sides=sides)
    form = subject.form(request.user, request.POST)
    valid = [words.is_valid(), form.is_valid()]
    if not all(valid):
        return _proposal_page(request, now, form, words, request.POST.get("base", ""), status=422)
    stands, typed = facts_of(now.form(request.user)), facts_of(subject.form(request.user, like=form))
    untouched = {key for key, fact in typed.items() if fact.print == base.get(key) != stands[key].print}
    moved = {key for key in _moved(stands, base) - untouched if typed[key].print != stands[key].print}
    if untouched:
        subject = now.anew()
        data = with_untouched(request.POST, now.form(request.user), untouched)
        form = subject.form(request.user, data)
        if not form.is_valid():
            return _proposal_page(request, now, form, words, prints_of(now.form(request.user)), status=422)
    if moved:
        return _moved_page(request, now, form, words, [stands[key] for key in stands if key in moved])
    changes = differences(now, subject, request.user, form)
    return _save(request, subject, changes, words)


def _moved(stands: dict[str, Fact], base: dict[str, str]) -> set[str]:
    """What was changed since the form was shown."""
    return {key for key, fact in stands.items() if key in base and base[key] != fact.print}


def _moved_page(request: SignedIn, now: Subject, form: Any, words: ProposalForm, moved: list[Fact]) -> HttpResponse:
    """409: somebody changed what is to be corrected. What was typed stays; sent once more it is proposed as it is."""
    base = prints_of(now.form(request.user))
    return _proposal_page(request, now, form, words, base, status=409, moved=moved)


def _save(request: SignedIn, subject: Subject, changes: list[dict[str, Any]], words: ProposalForm) -> HttpResponse:
    text = words.cleaned_data["text"]
    try:
        made = save_once(
            request,
            Correction,
            lambda one: correcting.propose(
                subject, changes, text, region=words.region, by=request.user, submission=one
            ),
        )
    except (IntegrityError, DataError) as refusal:
        words.add_error(None, why_refused(refusal))
        form = subject.form(request.user, request.POST)
        return _proposal_page(request, subject, form, words, request.POST.get("base", ""), status=422)
    request.session["sent"] = {"submission": str(made.submission)}
    messages.success(
        request, _("Sent to %(region)s. Nothing has changed yet: they answer it.") % {"region": _answering(subject)}
    )
    return redirect(made)


def _answering(subject: Subject) -> Region:
    return subject.row.region if isinstance(subject.row, Measurement) and subject.row.region else subject.record.owner


def _proposal_page(
    request: SignedIn, subject: Subject, form: Any, words: ProposalForm, base: str, status: int = 200, **more: Any
) -> HttpResponse:
    prime([form])
    context = {
        "subject": subject,
        "record": subject.record,
        "form": form,
        "words": words,
        "base": base,
        "submission": submission_of(request),
        **more,
    }
    return render(request, "sides/propose.html", context, status=status)


# corrections/<pk>/


@require_safe
@login_required
def correction_detail(request: SignedIn, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    return _answer_page(request, correction, AnswerForm(initial={"version": correction.version}))


@require_POST
@login_required
@keeps_draft
def correction_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Take over what was chosen, decline, or close as overtaken."""
    correction = _correction(request, pk)
    if not may_answer(request.user, correction):
        raise PermissionDenied(
            _("A correction is answered by the side that keeps the record, that of a measurement by its own side.")
        )
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, correction, form, form.status)
    deed = next((name for name in DEEDS if name in request.POST), "accept")
    if deed == "decline":
        form.demand_reason(_("Say why you decline: the other side reads it."))
    elif deed == "accept" and correction.changes and not request.POST.getlist("take"):
        form.add_error(None, correcting.nothing_chosen())
    if form.errors:
        return _answer_page(request, correction, form, 422)
    try:
        DEEDS[deed](request, correction, form)
    except Stale:
        return _answer_page(request, _correction(request, pk), form, 409)
    except correcting.CannotTakeOver as refused:
        return _refused(request, pk, form, refused.messages)
    except (IntegrityError, DataError) as refusal:
        return _refused(request, pk, form, [why_refused(refusal)])
    messages.success(request, _("Answered: %(state)s.") % {"state": correction.get_state_display()})
    return redirect(correction)


def _accept(request: SignedIn, correction: Correction, form: AnswerForm) -> None:
    keys = {change["key"] for change in correction.changes} & set(request.POST.getlist("take"))
    shown = {key: request.POST.get(f"now-{key}", "") for key in keys}
    correcting.accept(correction, keys, shown, **_said(request, form))


def _decline(request: SignedIn, correction: Correction, form: AnswerForm) -> None:
    correcting.decline(correction, **_said(request, form))


def _overtake(request: SignedIn, correction: Correction, form: AnswerForm) -> None:
    correcting.overtake(correction, **_said(request, form))


def _said(request: SignedIn, form: AnswerForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {"answer": said["answer"].strip(), "by": request.user, "version": said["version"]}


DEEDS = {"accept": _accept, "decline": _decline, "overtake": _overtake}


@require_POST
@login_required
def correction_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    correction = _correction(request, pk)
    if not may_withdraw(request.user, correction):
        raise PermissionDenied(_("A correction is withdrawn by the side that proposed it."))
    version = whole(request.POST.get("version", ""), SHORT)
    try:
        correcting.withdraw(correction, by=request.user, version=version or 0)
        messages.success(request, _("Withdrawn. Nothing was changed."))
    except Stale:
        messages.warning(request, _("Nothing was withdrawn: it has been answered in the meantime."))
    return redirect("sides:correction", pk)


def _correction(request: SignedIn, pk: int) -> Correction:
    found = Correction.objects.visible_to(request.user).for_names().select_related(*PEOPLE)
    correction: Correction = get_object_or_404(found, pk=pk)
    return correction


def _refused(request: SignedIn, pk: int, form: AnswerForm, told: list[str]) -> HttpResponse:
    form.add_error(None, [_("The record cannot take this over as it stands."), *told])
    return _answer_page(request, _correction(request, pk), form, 422)


def _answer_page(request: SignedIn, correction: Correction, form: AnswerForm, status: int = 200) -> HttpResponse:
    """409 when something has changed since: what was typed and chosen stays, what stands now is shown."""
    compared = correcting.compared(correction, request.user) if correction.is_open else []
    taken = set(request.POST.getlist("take")) if request.method == "POST" else None
    if status == 409:
        data: QueryDict = request.POST.copy()
        data["version"] = str(correction.version)
        form = AnswerForm(data)
    context = {
        "correction": correction,
        "record": correction.record,
        "compared": [(one, _is_chosen(one, taken)) for one in compared],
        "all_done": bool(compared) and all(one.is_done for one in compared),
        "lost": correction.lost_its_row,
        "form": form,
        "stale": status == 409,
        "badge": correction_badge(correction.state),
        "may_answer": correction.is_open and may_answer(request.user, correction),
        "answers": _who_answers(correction),
        "may_withdraw": correction.is_open and may_withdraw(request.user, correction),
    }
    return render(request, "sides/correction.html", context, status=status)


def _who_answers(correction: Correction) -> Region | None:
    side = answers_to(correction) if correction.is_open else None
    return None if side is None else Region.objects.get(pk=side)


def _is_chosen(one: correcting.Compared, taken: set[str] | None) -> bool:
    """Chosen unless somebody has changed it since: then it is for the reader to say."""
    return one.key in taken if taken is not None else not one.is_moved and not one.is_done
