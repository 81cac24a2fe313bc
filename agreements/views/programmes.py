"""Work programmes under an agreement, what was measured, and how it is judged."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.rights import Right
from agreements.forms.programmes import EvaluationForm, MeasurementForm, ProgrammeSheet
from agreements.models import Agreement, AgreementAttachment, Evaluation, Indicator, Measurement, Programme
from agreements.programmes import (
    Judgement,
    may_change_evaluation,
    may_change_measurement,
    may_plan,
    measuring_sides,
    measuring_unit,
    programme_sections,
    told,
    work_of,
)
from documents.forms import forget_pieces
from documents.models import DocumentKind
from documents.papers import file_papers, sides_of
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from pages.sheets.editing import Editing
from pages.sheets.once import submission_of
from pages.thrown import moved
from records.above import hold_above
from records.history import Change, event_model, history_of
from records.trash import throw

ASKED = ["GET", "HEAD", "POST"]


class ProgrammeEditing(Editing):
    """The sheet of a programme below its agreement."""

    sheet = ProgrammeSheet
    app = "agreements"
    template = "agreements/programme_form.html"

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    @property
    def objects(self) -> Any:
        return Programme.objects.filter(agreement=self.agreement)

    def require_editor(self, user: Any, record: Any) -> None:
        _require(may_plan(user, self.agreement))

    @transaction.atomic
    def add(self, sheet: Any, *, by: Any, submission: uuid.UUID) -> Programme:
        sheet.record.agreement, sheet.record.submission = self.agreement, submission
        sheet.record.position = self.agreement.programmes.count()
        saved: Programme = sheet.save()
        return saved

    @transaction.atomic
    def change(self, sheet: Any, *, version: int) -> Programme:
        hold_above(sheet.record)
        sheet.record.claim(version)
        saved: Programme = sheet.save()
        return saved

    def changes_of(self, record: Any, reader: Any) -> list[Change]:
        return history_of(record, event_model(Indicator).objects.filter(programme_id=record.pk), reader=reader)

    def _page(self, request: SignedIn, sheet: Any, status: int = 200, **context: Any) -> HttpResponse:
        record = sheet.record if sheet.record.pk else None
        sheet.prepare()
        place = [self.agreement.pk, record.pk] if record else [self.agreement.pk]
        context |= {
            "sheet": sheet,
            "record": record,
            "agreement": self.agreement,
            "version": sheet.data.get("version", "") if sheet.data is not None else sheet.record.version,
            "submission": record.submission if record else uuid.uuid4() if status == 409 else submission_of(request),
            "base": self._base(sheet),
            "list_url": f"{self.agreement.get_absolute_url()}#programmes",
            "action": reverse("agreements:programme-edit" if record else "agreements:programme-new", args=place),
        }
        return render(request, self.template, context, status=status)

    def _deleted_meanwhile(self, request: SignedIn, pk: int) -> HttpResponse:
        """What was typed about a programme that somebody deleted, as a new one."""
        gone = event_model(Programme).objects.filter(pgh_obj_id=pk, agreement_id=self.agreement.pk, pgh_label="delete")
        deleted = gone.order_by("-pgh_id").first()
        if request.method != "POST" or deleted is None or not may_plan(request.user, self.agreement):
            raise Http404
        return self._page(request, self._typed(request, None), 409, deleted=deleted, **self.in_trash(request, pk))


# agreements/<pk>/programmes/


@require_safe
@login_required
@vary_on_headers("HX-Request")
def programme_list(request: SignedIn, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    template = "agreements/_programmes_part.html" if request.htmx else "agreements/programmes.html"
    return render(request, template, programme_sections(request.user, agreement))


@require_http_methods(ASKED)
@login_required
def programme_new(request: SignedIn, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    _require(may_plan(request.user, agreement))
    return ProgrammeEditing(agreement).new(request)


@require_safe
@login_required
def programme(request: SignedIn, pk: int, programme_pk: int) -> HttpResponse:
    """One programme: its indicators with their course as drawing and table."""
    agreement, shown = _programme(request, pk, programme_pk)
    judged = shown.evaluations.select_related("programme", "region", "by", "attachment")
    context = {
        "agreement": agreement,
        "work": work_of(shown, request.user),
        "evaluations": [Judgement(evaluation, request.user) for evaluation in judged],
        "may_plan": may_plan(request.user, agreement),
        "may_judge": bool(sides_of(request.user, agreement, Right.EVALUATE)),
    }
    return render(request, "agreements/programme.html", context)


@require_http_methods(ASKED)
@login_required
def programme_edit(request: SignedIn, pk: int, programme_pk: int) -> HttpResponse:
    return ProgrammeEditing(_agreement(request, pk)).edit(request, programme_pk)


@require_http_methods(ASKED)
@login_required
def programme_delete(request: SignedIn, pk: int, programme_pk: int) -> HttpResponse:
    agreement, doomed = _programme(request, pk, programme_pk)
    _require(may_plan(request.user, agreement))
    if request.method == "POST":
        messages.success(request, moved(throw(doomed, region=agreement.owner_id, within=agreement)))
        return redirect(f"{agreement.get_absolute_url()}#programmes")
    work = work_of(doomed, request.user)
    return render(request, "agreements/programme_delete.html", {"agreement": agreement, "work": work})


# agreements/<pk>/programmes/<programme_pk>/indicators/<indicator_pk>/measurements/


@require_http_methods(ASKED)
@login_required
def measurement_new(request: SignedIn, pk: int, programme_pk: int, indicator_pk: int) -> HttpResponse:
    shown = _programme(request, pk, programme_pk)[1]
    indicator = get_object_or_404(shown.indicators, pk=indicator_pk)
    who = _("It is measured by officers of the regions that take part, and by the responsible units.")
    _require(bool(measuring_sides(request.user, shown)), who)
    return _measure(request, shown, indicator, Measurement(indicator=indicator, by=request.user))


@require_http_methods(ASKED)
@login_required
def measurement_edit(request: SignedIn, pk: int, programme_pk: int, measurement_pk: int) -> HttpResponse:
    shown, measured = _own_measurement(request, pk, programme_pk, measurement_pk)
    return _measure(request, shown, measured.indicator, measured)


@require_http_methods(ASKED)
@login_required
def measurement_delete(request: SignedIn, pk: int, programme_pk: int, measurement_pk: int) -> HttpResponse:
    shown, measured = _own_measurement(request, pk, programme_pk, measurement_pk)
    if request.method == "POST":
        messages.success(request, moved(throw(measured, region=measured.region_id, within=shown)))
        return redirect(shown)
    return render(request, "agreements/measurement_delete.html", {"programme": shown, "measurement": measured})


# agreements/<pk>/evaluations/


@require_http_methods(ASKED)
@login_required
def evaluation_new(request: SignedIn, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    who = _("It is judged by officers and reviewers of the regions that take part.")
    _require(bool(sides_of(request.user, agreement, Right.EVALUATE)), who)
    return _judge(request, agreement, Evaluation(agreement=agreement, by=request.user))


@require_http_methods(ASKED)
@login_required
def evaluation_edit(request: SignedIn, pk: int, evaluation_pk: int) -> HttpResponse:
    agreement, judged = _own_evaluation(request, pk, evaluation_pk)
    return _judge(request, agreement, judged)


@require_http_methods(ASKED)
@login_required
def evaluation_delete(request: SignedIn, pk: int, evaluation_pk: int) -> HttpResponse:
    agreement, judged = _own_evaluation(request, pk, evaluation_pk)
    if request.method == "POST":
        messages.success(request, moved(throw(judged, region=judged.region_id, within=agreement)))
        return redirect(f"{agreement.get_absolute_url()}#evaluations")
    return render(request, "agreements/evaluation_delete.html", {"agreement": agreement, "evaluation": judged})


@keeps_draft
def _measure(request: SignedIn, shown: Programme, indicator: Indicator, measured: Measurement) -> HttpResponse:
    """The form of a measurement. A new file becomes a paper of the agreement, and the evidence."""
    sides = measuring_sides(request.user, shown) or [measured.region_id]
    today = request.user.today()
    form = MeasurementForm(
        request.POST or None,
        request.FILES or None,
        instance=measured,
        indicator=indicator,
        agreement=shown.agreement,
        user=request.user,
        sides=sides,
        today=today,
        initial={} if measured.pk else {"measured_on": today},
    )
    if request.method == "POST" and form.is_valid():
        if not measured.pk:
            measured.region_id = form.side_id
        with transaction.atomic():
            measured.attachment = _evidence(form, shown, request.user) or form.cleaned_data["attachment"]
            said = ("indicator", "region", "measured_on", "value", "note", "attachment", "by")
            kept = _sent_before(measured, shown, *said) or form.keep()
        if kept:
            forget_pieces(request)
            messages.success(request, _("The measurement is kept."))
            return redirect(f"{shown.get_absolute_url()}#measurement-{kept.pk}")
    context = {"form": form, "programme": shown, "indicator": indicator, "agreement": shown.agreement}
    context["measurement"] = measured
    return render(request, "agreements/measurement_form.html", context, status=form.status)


def _sent_before(new: Any, parent: Any, *names: str) -> Any:
    """The same form of the same person, to the last field, is the same row: sent twice it adds one. None for a row that
    is stored."""
    if new.pk:
        return None
    hold_above(parent)  # one after the other
    return type(new)._base_manager.filter(**{name: getattr(new, name) for name in names}).first()


def _evidence(form: MeasurementForm, shown: Programme, user: Any) -> AgreementAttachment | None:
    papers = form.cleaned_data.get("uploads")
    if not papers:
        return None
    agreement, side = shown.agreement, form.instance.region_id
    about = {
        "kind": DocumentKind.EVIDENCE,
        "access": form.cleaned_data["access"],
        "owner_id": side or agreement.owner_id,
        "unit_id": measuring_unit(user, shown, side),
    }
    filed = file_papers(agreement, papers, by=user, **about)
    found: AgreementAttachment = filed.kept[0] if filed.kept else filed.known[0][1]
    return found


@keeps_draft
def _judge(request: SignedIn, agreement: Agreement, judged: Evaluation) -> HttpResponse:
    today = request.user.today()
    sides: list[int | None] = [*sides_of(request.user, agreement, Right.EVALUATE)] or [judged.region_id]
    form = EvaluationForm(
        request.POST or None,
        instance=judged,
        agreement=agreement,
        user=request.user,
        sides=sides,
        today=today,
        initial={} if judged.pk else {"evaluated_on": today} | request.GET.dict(),
    )
    if request.method == "POST" and form.is_valid():
        if not judged.pk:
            judged.region_id = form.side_id
        with transaction.atomic():
            kept = _sent_before(judged, agreement, "agreement", "region", *form.Meta.fields, "by") or form.keep()
        if kept:
            messages.success(request, _("The evaluation is kept."))
            return redirect(f"{agreement.get_absolute_url()}#evaluations")
    context = {"form": form, "agreement": agreement, "evaluation": judged}
    return render(request, "agreements/evaluation_form.html", context, status=form.status)


def _agreement(request: SignedIn, pk: int) -> Agreement:
    return get_object_or_404(Agreement.objects.visible_to(request.user).for_names(), pk=pk)


def _programme(request: SignedIn, pk: int, programme_pk: int) -> tuple[Agreement, Programme]:
    agreement = _agreement(request, pk)
    shown = get_object_or_404(told(agreement.programmes.all()), pk=programme_pk)
    shown.agreement = agreement
    return agreement, shown


def _own_measurement(
    request: SignedIn, pk: int, programme_pk: int, measurement_pk: int
) -> tuple[Programme, Measurement]:
    shown = _programme(request, pk, programme_pk)[1]
    measured = get_object_or_404(
        Measurement.objects.select_related("indicator"), pk=measurement_pk, indicator__programme=shown
    )
    _require(may_change_measurement(request.user, measured), _("A measurement is changed only by its own side."))
    return shown, measured


def _own_evaluation(request: SignedIn, pk: int, evaluation_pk: int) -> tuple[Agreement, Evaluation]:
    agreement = _agreement(request, pk)
    judged = get_object_or_404(agreement.evaluations, pk=evaluation_pk)
    _require(may_change_evaluation(request.user, judged), _("An evaluation is changed only by its own side."))
    return agreement, judged


def _require(allowed: bool, why: str = "") -> None:
    if not allowed:
        raise PermissionDenied(why or _("Programmes are kept by officers of the region that keeps the agreement."))
