"""Logging a visit and changing it: the quick log, the full form with its rows, two officers at once, deleting."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pages.lookups import options
from pages.requests import SignedIn
from records.history import event_model
from records.models import Stale
from visits.changes import changes_of
from visits.duplicates import possible_duplicates
from visits.forms import conflict
from visits.forms.base import Filling
from visits.forms.quick import QuickForm
from visits.forms.sheet import Sheet, blank_row, next_order, rearranged
from visits.logging import change_visit, delete_visit, log_quickly, log_visit, why_refused
from visits.lookups import PARTNERS, SeriesLookup, VisitLookup
from visits.models import Visit
from visits.models.visits import PLANNED

ASKED = ["GET", "HEAD", "POST"]
ROW_DEEDS = ("add", "remove", "back", "up", "down")
DRAFTS_FORGOTTEN_WITHIN = 600  # seconds in which the browser learns that a draft was saved


# visits/log/


@require_http_methods(ASKED)
@login_required
def visit_quick(request: SignedIn) -> HttpResponse:
    """Five questions. Afterwards: the visit, the next one with what repeats, or the full form."""
    _require_officer(request.user)
    if request.method != "POST":
        return _quick_page(request, QuickForm(user=request.user, initial=QuickForm.read(request.GET)))
    if "restore" in request.POST:
        return _quick_page(request, _quiet(request))
    if saved := _saved_visit(request):
        return _to(request, saved) if _is_same(request) else _quick_page(request, _quiet(request), 409, saved=saved)
    form = QuickForm(request.POST, user=request.user)
    if not form.is_valid():
        return _quick_page(request, form, 422)
    try:
        visit = _logged(request, lambda submission: log_quickly(form, by=request.user, submission=submission))
    except (IntegrityError, DataError) as refusal:
        form.add_error(None, why_refused(refusal))
        return _quick_page(request, form, 422)
    return _to(request, visit, _after_quick(request, form, visit))


@require_safe
@login_required
def visit_duplicates(request: SignedIn) -> HttpResponse:
    """A line that names visits which may be the same one; for the quick log also the status that the date leads to."""
    _require_officer(request.user)
    context: dict[str, Any] = {"duplicates": possible_duplicates(request.user, request.GET)}
    if "partner" in request.GET:
        context["form"] = QuickForm(request.GET, user=request.user, quiet=True)
    return render(request, "visits/_hints.html", context)


@require_safe
@login_required
def partner_new(request: SignedIn) -> HttpResponse:
    """Which kind of partner is missing in the register? Leads on, in the dialog or to pages of their own."""
    _require_officer(request.user)
    in_dialog = bool(request.htmx) and request.htmx.target == "dialog-body"
    template = "visits/_partner_new.html" if in_dialog else "visits/partner_new.html"
    return render(request, template, {"name": request.GET.get("name", "")[:200], "in_dialog": in_dialog})


# visits/new/, visits/<pk>/edit/


@require_http_methods(ASKED)
@login_required
def visit_new(request: SignedIn) -> HttpResponse:
    """The whole form at once. Posting it twice is saving it once."""
    _require_officer(request.user)
    if request.method != "POST":
        return _page(request, Sheet(Filling(request.user)))
    if answer := _rows_changed(request, None):
        return answer
    if saved := _saved_visit(request):
        return _to(request, saved) if _is_same(request) else _page(request, _typed(request, None), 409, saved=saved)
    sheet = Sheet(Filling(request.user), data=request.POST)
    if not sheet.is_valid():
        return _page(request, sheet, 422)
    try:
        visit = _logged(request, lambda submission: log_visit(sheet, by=request.user, submission=submission))
    except (IntegrityError, DataError) as refusal:
        return _refused(request, None, refusal)
    return _to(request, visit)


@require_http_methods(ASKED)
@login_required
def visit_edit(request: SignedIn, pk: int) -> HttpResponse:
    """The same form for a stored visit. A stale one shows both versions; one deleted meanwhile can be logged anew."""
    visit = Visit.objects.visible_to(request.user).filter(pk=pk).first()
    if visit is None:
        return _deleted_meanwhile(request, pk)
    _require_editor(request.user, visit)
    if request.method != "POST":
        return _page(request, Sheet(Filling(request.user), visit))
    if answer := _rows_changed(request, visit):
        return answer
    data = conflict.with_choices(request.POST, visit, _typed(request, visit))
    return _change(request, pk, data)


# visits/<pk>/delete/


@require_http_methods(ASKED)
@login_required
def visit_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Ask, say what goes with it, then delete the version that was shown."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    _require_editor(request.user, visit)
    changed = False
    if request.method == "POST":
        try:
            delete_visit(visit, version=_version(request.POST))
            messages.success(request, _("The visit is deleted. The history keeps it."))
            return redirect("visits:list")
        except Stale:
            visit, changed = get_object_or_404(Visit, pk=pk), True
    context = {"visit": visit, "changed": changed, "mentions": visit.mentions.count()}
    return render(request, "visits/delete.html", context, status=409 if changed else 200)


# visits/lookup/, visits/partners/lookup/, visits/series/lookup/


@require_safe
@login_required
def visit_lookup(request: SignedIn) -> HttpResponse:
    return options(request, VisitLookup(request.user))


@require_safe
@login_required
def partner_lookup(request: SignedIn) -> HttpResponse:
    return options(request, PARTNERS)


@require_safe
@login_required
def series_lookup(request: SignedIn) -> HttpResponse:
    return options(request, SeriesLookup(request.user))


def _require_officer(user: Any) -> None:
    if not user.can_log_visits:
        raise PermissionDenied


def _require_editor(user: Any, visit: Visit) -> None:
    if not Visit.objects.editable_by(user).filter(pk=visit.pk).exists():
        raise PermissionDenied


def _quick_page(request: SignedIn, form: QuickForm, status: int = 200, *, saved: Visit | None = None) -> HttpResponse:
    context = {"form": form, "submission": uuid.uuid4() if saved else _submission(request), "saved": saved}
    context["duplicates"] = possible_duplicates(request.user, request.POST) if form.is_bound else []
    return render(request, "visits/quick.html", context, status=status)


def _quiet(request: SignedIn) -> QuickForm:
    return QuickForm(request.POST, user=request.user, quiet=True)


def _after_quick(request: SignedIn, form: QuickForm, visit: Visit) -> str:
    if "more" in request.POST:
        return reverse("visits:edit", args=[visit.pk])
    if "another" in request.POST:
        return f"{reverse('visits:quick')}?{urlencode(form.repeated(), doseq=True)}"
    return visit.get_absolute_url()


def _page(
    request: SignedIn,
    sheet: Sheet,
    status: int = 200,
    *,
    saved: Visit | None = None,
    deleted: Any = None,
    **context: Any,
) -> HttpResponse:
    """The page of the full form. `saved`: the visit that came of this very form before; `deleted`: the trace of one."""
    visit = sheet.visit.instance
    sheet.prepare()
    context |= {
        "sheet": sheet,
        "visit": visit if visit.pk else None,
        "version": visit.version if sheet.data is None else _version(sheet.data),
        "submission": visit.submission if visit.pk else uuid.uuid4() if saved or deleted else _submission(request),
        "base": _base(sheet),
        "saved": saved,
        "deleted": deleted,
        "action": reverse("visits:edit", args=[visit.pk]) if visit.pk else reverse("visits:new"),
    }
    return render(request, "visits/form.html", context, status=status)


def _base(sheet: Sheet) -> str:
    """The fingerprint of the version that was opened: made once, then carried along."""
    if sheet.visit.instance.pk is None:
        return ""
    return conflict.fingerprint(sheet) if sheet.data is None else sheet.data.get("base", "")


def _typed(request: SignedIn, visit: Visit | None) -> Sheet:
    """What was typed, without a word about it."""
    return Sheet(Filling(request.user, quiet=True), visit, request.POST)


def _rows_changed(request: SignedIn, visit: Visit | None) -> HttpResponse | None:
    """The answer to a button of a row, or to a draft that is taken back; None when the form is to be saved."""
    deed = next((deed for deed in ROW_DEEDS if deed in request.POST), "")
    if not deed:
        return _page(request, _typed(request, visit)) if "restore" in request.POST else None
    target = request.POST[deed]
    if deed == "add" and request.htmx:
        return _added_row(request, target)
    data, focus = rearranged(request.POST, _typed(request, visit), deed, target)
    return _page(request, Sheet(Filling(request.user, quiet=True, focus=focus), visit, data))


def _added_row(request: SignedIn, target: str) -> HttpResponse:
    """Only the new row and the count of the rows, to be put into the page."""
    count = request.POST.get(f"{target}-TOTAL_FORMS", "")
    index = int(count) if count.isdecimal() and len(count) < 6 else 0
    row = blank_row(target, index, Filling(request.user, planned=request.POST.get("status") in PLANNED))
    if row is None:
        return HttpResponse(_("No more rows can be added here."), status=400)
    row.initial["order"] = next_order(request.POST, target)
    return render(request, "visits/_added.html", {"row": row, "target": target, "count": index + 1})


def _change(request: SignedIn, pk: int, data: QueryDict) -> HttpResponse:
    """Save what was typed over the version that it was typed on."""
    visit = get_object_or_404(Visit, pk=pk)
    sheet = Sheet(Filling(request.user), visit, data)
    if not sheet.is_valid():
        return _page(request, sheet, 422)
    try:
        return _to(request, change_visit(sheet, version=_version(data)))
    except Stale as stale:
        return _both_versions(request, pk, data) if stale.current else _deleted_meanwhile(request, pk)
    except (IntegrityError, DataError) as refusal:
        return _refused(request, get_object_or_404(Visit, pk=pk), refusal)


def _both_versions(request: SignedIn, pk: int, data: QueryDict) -> HttpResponse:
    """The page of a conflict (409). Where the other one changed nothing of this form, it is saved at once."""
    current = get_object_or_404(Visit, pk=pk)
    mine = Sheet(Filling(request.user, quiet=True), current, data)
    theirs = Sheet(Filling(request.user), current)
    merged, differences = conflict.merge(mine, theirs, data.get("base", ""))
    merged["version"], merged["base"] = str(current.version), conflict.fingerprint(theirs)
    if all(difference.changed_by == "mine" for difference in differences):
        return _change(request, pk, merged)
    changes = changes_of(current, request.user)
    last = next((change for change in changes if change.by and change.at == changes[0].at), None)
    sheet = Sheet(Filling(request.user, quiet=True), current, merged)
    return _page(request, sheet, 409, differences=differences, last_change=last)


def _deleted_meanwhile(request: SignedIn, pk: int) -> HttpResponse:
    """What was typed about a visit that somebody deleted, as a new one. 404 where there was none that the user kept."""
    gone = event_model(Visit).objects.filter(pgh_obj_id=pk, pgh_label="delete").order_by("-pgh_id").first()
    if request.method != "POST" or gone is None or not request.user.may_write_for(gone.owner_id):
        raise Http404
    return _page(request, _typed(request, None), 409, deleted=gone)


def _refused(request: SignedIn, visit: Visit | None, refusal: DatabaseError) -> HttpResponse:
    """The database has the last word; it is told in the words of the rule that was broken."""
    sheet = _typed(request, visit)
    sheet.refuse(why_refused(refusal))
    return _page(request, sheet, 422)


def _to(request: SignedIn, visit: Visit, url: str = "") -> HttpResponse:
    """Say that it is saved, tell the browser that its draft can go, and remember what was sent for a second posting."""
    link = format_html('<a href="{}">{}</a>', visit.get_absolute_url(), visit)
    messages.success(request, format_html(_("Saved: {}"), link))
    request.session["sent"] = {"submission": str(visit.submission), "content": _content(request.POST)}
    answer = redirect(url or visit.get_absolute_url())
    answer.set_cookie(
        "saved", str(visit.submission), max_age=DRAFTS_FORGOTTEN_WITHIN, samesite="Lax", secure=request.is_secure()
    )
    return answer


def _submission(request: SignedIn) -> uuid.UUID:
    """The identity of this form, new when there is none that can be read."""
    try:
        return uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid.uuid4()


def _logged(request: SignedIn, save: Callable[[uuid.UUID], Visit]) -> Visit:
    """The visit that was saved, or the one that this form became while we were at it.

    An identity that belongs to a visit of strangers is replaced: nothing is told about that visit.
    """
    submission = _submission(request)
    try:
        return save(submission)
    except IntegrityError:
        if not Visit.objects.filter(submission=submission).exists():
            raise
        return _saved_visit(request) or save(uuid.uuid4())


def _saved_visit(request: SignedIn) -> Visit | None:
    """The visit that this form was saved as before: a double click, or a way back after saving."""
    return Visit.objects.visible_to(request.user).filter(submission=_submission(request)).first()


def _is_same(request: SignedIn) -> bool:
    """Was exactly this sent before? Unknown counts as yes: two requests at once know nothing of each other."""
    sent = request.session.get("sent", {})
    unknown = sent.get("submission") != request.POST.get("submission")
    return bool(unknown or sent.get("content") == _content(request.POST))


def _content(data: QueryDict) -> str:
    pairs = sorted((name, values) for name, values in data.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr(pairs).encode()).hexdigest()


def _version(data: QueryDict) -> int:
    text = data.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
