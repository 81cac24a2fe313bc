"""The page of a sheet: making a record, changing it, deleting it; rows, drafts, two officers at once, refusals.

The views of an app ask who may, then hand over to their `Editing`.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pages.refusals import kept_by
from pages.requests import SignedIn
from pages.sheets import conflict
from pages.sheets.filled import Filling
from pages.sheets.once import is_same, save_once, saved, saved_before, submission_of, why_refused
from pages.sheets.sheet import ROW_DEEDS, Beginning, Sheet, next_order
from pages.thrown import moved
from records.history import Change, event_model
from records.keys import SHORT, whole
from records.models import Stale, Trashed
from records.restoring import CannotRestore, restore

UNSENT = {"csrfmiddlewaretoken", "bring_back"}


class Editing:
    """How one kind of record is edited.

    The record keeps `submission`, `version` and `owner`; its manager answers `visible_to`. Addresses are those of the
    app: `<app>:list`, `<app>:new`, `<app>:edit`. The template is for the form and for all its answers.
    """

    sheet: ClassVar[type[Sheet]]
    app: ClassVar[str]
    template: ClassVar[str]
    delete_template: ClassVar[str]
    refusals: ClassVar[tuple[type[Exception], ...]] = (IntegrityError, DataError)

    def add(self, sheet: Sheet, *, by: Any, submission: uuid.UUID) -> Any:
        """The deed that saves a new record, once: raises IntegrityError when this submission was saved before."""
        raise NotImplementedError

    def change(self, sheet: Sheet, *, version: int) -> Any:
        """The deed that saves a record which was opened with `version`: raises Stale when somebody saved it since."""
        raise NotImplementedError

    def delete(self, record: Any, *, by: Any, version: int) -> Trashed | None:
        """The deed that puts the version that was shown in the trash; raises Stale like `change`."""
        raise NotImplementedError

    def why_not_deleted(self, record: Any, by: Any) -> str:
        """Why this editor may not delete it; '' where they may."""
        return ""

    def changes_of(self, record: Any, reader: Any) -> list[Change]:
        """What was saved, newest first: tells who saved in the meantime."""
        raise NotImplementedError

    def why_refused(self, refusal: Any) -> str:
        """One of `refusals`, in words."""
        return why_refused(refusal)

    def new(self, request: SignedIn, beginning: Beginning | None = None) -> HttpResponse:
        """The whole form at once. Posting it twice is saving it once."""
        if request.method != "POST":
            return self._page(request, self.sheet(self._filling(request), beginning=beginning), beginning=beginning)
        if answer := self._rows_changed(request, None):
            return answer
        if known := saved_before(request, self.model):
            if is_same(request):
                return saved(request, known)
            return self._page(request, self._typed(request, None), 409, saved=known)
        sheet = self.sheet(self._filling(request), data=request.POST)
        if not sheet.is_valid():
            return self._page(request, sheet, 422)
        try:
            record = save_once(request, self.model, lambda one: self.add(sheet, by=request.user, submission=one))
        except self.refusals as refusal:
            return self._refused(request, None, refusal)
        return saved(request, record)

    def edit(self, request: SignedIn, pk: int) -> HttpResponse:
        """The same form for a stored record. A stale one shows both versions; one deleted meanwhile can be added."""
        record = self._seen(request, pk)
        if record is None and "bring_back" in request.POST and self._brought_back(request, pk):
            record = self._seen(request, pk)
        if record is None:
            return self._deleted_meanwhile(request, pk)
        self.require_editor(request.user, record)
        if request.method != "POST":
            return self._page(request, self.sheet(self._filling(request), record))
        if answer := self._rows_changed(request, record):
            return answer
        typed = self._typed(request, record)
        return self._change(request, pk, conflict.with_choices(request.POST, typed, lambda: self._stored(request, pk)))

    def remove(self, request: SignedIn, pk: int) -> HttpResponse:
        """Ask, say what goes with it, then delete the version that was shown."""
        seen = self.objects.visible_to(request.user).for_names()
        record = get_object_or_404(self.with_right(seen, request.user), pk=pk)
        self.require_editor(request.user, record)
        if why := self.why_not_deleted(record, request.user):
            raise PermissionDenied(why)
        changed, refused = False, ""
        if request.method == "POST":
            try:
                thrown = self.delete(record, by=request.user, version=_version(request.POST))
                messages.success(request, moved(thrown))
                return redirect(f"{self.app}:list")
            except Stale:
                record, changed = get_object_or_404(self.model, pk=pk), True
            except self.refusals as refusal:
                refused = self.why_refused(refusal)
        context = {"record": record, "changed": changed, "refused": refused}
        return render(request, self.delete_template, context, status=409 if changed or refused else 200)

    def with_right(self, records: Any, user: Any) -> Any:
        """The records with what `require_editor` looks at."""
        return records

    def require_editor(self, user: Any, record: Any) -> None:
        """Raises PermissionDenied unless the user may change the record."""
        raise NotImplementedError

    def address_of(self, record: Any) -> str:
        """Where the form is sent."""
        return reverse(f"{self.app}:edit", args=[record.pk]) if record.pk else reverse(f"{self.app}:new")

    def leads_to(self, record: Any, by: Any) -> str:
        """Where the page of a changed record leads; '' to the record."""
        return ""

    @property
    def model(self) -> Any:
        return self.sheet.form_class._meta.model

    @property
    def objects(self) -> Any:
        return self.model._default_manager

    def _filling(self, request: SignedIn, **kwargs: Any) -> Filling:
        return self.sheet.filling_class(request.user, **kwargs)

    def _typed(self, request: SignedIn, record: Any) -> Sheet:
        """What was typed, without a word about it."""
        return self.sheet(self._filling(request, quiet=True), record, request.POST)

    def _stored(self, request: SignedIn, pk: int) -> Sheet:
        return self.sheet(self._filling(request), self._as_stored(pk))

    def _page(
        self,
        request: SignedIn,
        sheet: Sheet,
        status: int = 200,
        *,
        saved: Any = None,
        deleted: Any = None,
        **context: Any,
    ) -> HttpResponse:
        """The page. `saved`: the record that came of this very form before; `deleted`: the trace of one."""
        record = sheet.record
        sheet.prepare()
        context |= {
            "sheet": sheet,
            "record": record if record.pk else None,
            "may_delete": record.pk and not self.why_not_deleted(record, request.user),
            "version": record.version if sheet.data is None else _version(sheet.data),
            "submission": record.submission
            if record.pk
            else uuid.uuid4()
            if saved or deleted
            else submission_of(request),
            "base": self._base(sheet),
            "saved": saved,
            "deleted": deleted,
            "list_url": reverse(f"{self.app}:list"),
            "action": self.address_of(record),
        }
        return render(request, self.template, context, status=status)

    def _base(self, sheet: Sheet) -> str:
        """The fingerprint of the version that was opened: made once, then carried along."""
        if sheet.record.pk is None:
            return ""
        return conflict.fingerprint(sheet) if sheet.data is None else sheet.data.get("base", "")

    def _rows_changed(self, request: SignedIn, record: Any) -> HttpResponse | None:
        """The answer to a button of a row, or to a draft that is taken back; None when the form is to be saved."""
        deed = next((deed for deed in ROW_DEEDS if deed in request.POST), "")
        if not deed:
            return self._page(request, self._typed(request, record)) if "restore" in request.POST else None
        target = request.POST[deed]
        if deed == "add" and request.htmx:
            return self._added_row(request, target)
        data, focus = self._typed(request, record).rearranged(deed, target)
        return self._page(request, self.sheet(self._filling(request, quiet=True, focus=focus), record, data))

    def _added_row(self, request: SignedIn, target: str) -> HttpResponse:
        """Only the new row and the count of the rows, to be put into the page."""
        index = whole(request.POST.get(f"{target}-TOTAL_FORMS", ""), 5) or 0
        filling = self._filling(request)
        filling.read(None, {}, request.POST)
        row = self.sheet.blank_row(target, index, filling)
        if row is None:
            return HttpResponse(_("No more rows can be added here."), status=400)
        row.initial["order"] = next_order(request.POST, target)
        return render(request, "sheets/_added.html", {"row": row, "target": target, "count": index + 1})

    def _seen(self, request: SignedIn, pk: int) -> Any:
        found = self.with_right(self.objects.visible_to(request.user), request.user)
        return self.sheet.whole(found).filter(pk=pk).first()

    def _as_stored(self, pk: int) -> Any:
        return get_object_or_404(self.sheet.whole(self.model._default_manager.all()), pk=pk)

    def _change(self, request: SignedIn, pk: int, data: QueryDict) -> HttpResponse:
        """Save what was typed over the version that it was typed on."""
        record = self._as_stored(pk)
        sheet = self.sheet(self._filling(request), record, data)
        if not sheet.is_valid():
            if 0 < _version(data) < record.version:  # first of what has changed: it may be why this does not fit
                return self._both_versions(request, pk, data)
            return self._page(request, sheet, 422)
        try:
            changed = self.change(sheet, version=_version(data))
            return saved(request, changed, self.leads_to(changed, request.user))
        except Stale as stale:
            return self._both_versions(request, pk, data) if stale.current else self._deleted_meanwhile(request, pk)
        except self.refusals as refusal:
            return self._refused(request, self._as_stored(pk), refusal)

    def _both_versions(self, request: SignedIn, pk: int, data: QueryDict) -> HttpResponse:
        """The page of a conflict (409). Where the other one changed nothing of this form, it is saved at once."""
        current = self._as_stored(pk)
        mine = self.sheet(self._filling(request, quiet=True), current, data)
        theirs = self.sheet(self._filling(request), current)
        merged, differences = conflict.merge(mine, theirs, data.get("base", ""))
        merged["version"], merged["base"] = str(current.version), conflict.fingerprint(theirs)
        if all(difference.changed_by == "mine" for difference in differences):
            return self._change(request, pk, merged)
        changes = self.changes_of(current, request.user)
        last = next((change for change in changes if change.by and change.at == changes[0].at), None)
        own = last is not None and last.user == request.user.pk
        sheet = self.sheet(self._filling(request, quiet=True), current, merged)
        return self._page(request, sheet, 409, differences=differences, last_change=last, own=own)

    def _deleted_meanwhile(self, request: SignedIn, pk: int) -> HttpResponse:
        """What was typed about a record that somebody deleted, as a new one. 404 where none was that the user kept."""
        gone = event_model(self.model).objects.filter(pgh_obj_id=pk, pgh_label="delete").order_by("-pgh_id").first()
        if request.method != "POST" or gone is None or not request.user.may_write_for(gone.owner_id):
            raise Http404
        return self._page(request, self._typed(request, None), 409, deleted=gone, **self.in_trash(request, pk))

    def in_trash(self, request: SignedIn, pk: int) -> dict[str, Any]:
        """For the page of a record that was deleted meanwhile: its trash, and what was typed as it was sent."""
        thrown = Trashed.objects.visible_to(request.user).of(self.model, pk).select_related("by").first()
        if thrown is None or not thrown.may_be_restored_by(request.user):
            return {}
        sent = [(name, value) for name, values in request.POST.lists() for value in values if name not in UNSENT]
        return {"thrown": thrown, "sent": sent}

    def _brought_back(self, request: SignedIn, pk: int) -> bool:
        """Out of the trash, to be saved over: the way on from `_deleted_meanwhile`."""
        thrown = self.in_trash(request, pk).get("thrown")
        if thrown is None:
            return False
        try:
            restore(thrown.pk, by=request.user)
        except Trashed.DoesNotExist:
            return True  # somebody else was quicker
        except CannotRestore as refusal:
            messages.error(request, refusal.why)
            return False
        return True

    def _refused(self, request: SignedIn, record: Any, refusal: Exception) -> HttpResponse:
        """The database has the last word; it is told in the words of the rule that was broken."""
        sheet = self._typed(request, record)
        sheet.refuse(self.why_refused(refusal))
        return self._page(request, sheet, 422)


class OwnersEditing(Editing):
    """Of records whose manager says by whom they are changed: `editable_by`, asked together with the record."""

    def with_right(self, records: Any, user: Any) -> Any:
        editable = self.objects.editable_by(user).filter(pk=OuterRef("pk"))
        return records.annotate(is_editable=Exists(editable))

    def require_editor(self, user: Any, record: Any) -> None:
        if not record.is_editable:
            raise PermissionDenied(*([kept_by(record.owner)] if record.owner else []))


def _version(data: QueryDict) -> int:
    return whole(data.get("version", ""), SHORT) or 0
