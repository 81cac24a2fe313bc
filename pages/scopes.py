"""What the administrator of a region sees and does in Django admin; the system administrator sees and does all.

Each admin says of its rows, in terms of a user: which are listed (`seen_by`), which are changed (`kept_by`), which a
key of another form may name (`chosen_by`). None: nothing of the kind, and so it is for an admin that says nothing. Keys
in `own_keys` may only name what the user keeps, those in `shared_keys` what is listed for them. The database asks the
same once more (row-level security).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.base import ModelState
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pages.named import Named, keys_of

Rows = models.QuerySet[Any]


def label_of(record: models.Model) -> str:
    """Enough to tell twins apart: “Kabupaten Malang — Regency, 35.07, Jawa Timur”."""
    return str(getattr(record, "label", record))


def regions_of(user: Any) -> list[int]:
    """The regions that a user administers."""
    found: list[int] = user.regions_for("ENTER_ADMIN")
    return found


class Scoped:
    """Rows and keys by the right of the user. Both pages and rows of a page are of this kind."""

    model: type[models.Model]
    admin_site: AdminSite
    own_keys: tuple[str, ...] = ()
    shared_keys: tuple[str, ...] = ()
    own_keys_may_be_empty = False  # where a row without them is still theirs

    def seen_by(self, rows: Rows, user: Any) -> Rows | None:
        return None

    def kept_by(self, rows: Rows, user: Any) -> Rows | None:
        return self.seen_by(rows, user)

    def chosen_by(self, rows: Rows, user: Any) -> Rows | None:
        return self.seen_by(rows, user)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Of Django admin; without its address that tells of every row of every table whether it exists."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def seen(self, request: HttpRequest, rows: Rows | None = None) -> Rows:
        rows = self.model._default_manager.all() if rows is None else rows
        return rows if _sees_all(request) else _or_none(self.seen_by(rows, request.user), rows)

    def kept(self, request: HttpRequest) -> Rows:
        rows = self.model._default_manager.all()
        return rows if _sees_all(request) else _or_none(self.kept_by(rows, request.user), rows)

    def chosen(self, request: HttpRequest) -> Rows:
        rows = self.model._default_manager.all()
        return rows if _sees_all(request) else _or_none(self.chosen_by(rows, request.user), rows)

    def choices_of(self, key: Any, request: HttpRequest) -> Rows:
        """What a key of ours may name: of a kind without a page of its own, nothing."""
        target = page_of(self.admin_site, key.related_model)
        if target is None:
            none: Rows = key.related_model._default_manager.none()
            return none
        found: Rows = getattr(target, reach_of(self, key.name))(request)
        return found

    def named(self, key: Any, request: HttpRequest) -> Named | None:
        """What a key of ours may be read as by this user; None where nothing is to be hidden."""
        asked = request.__dict__.setdefault("named", {})  # for every row of a table
        if key.related_model not in asked:
            asked[key.related_model] = self._named(key, request)
        found: Named | None = asked[key.related_model]
        return found

    def _named(self, key: Any, request: HttpRequest) -> Named | None:
        target, every = page_of(self.admin_site, key.related_model), key.related_model._default_manager.all()
        if target is None or _sees_all(request):
            return None
        chosen = target.chosen_by(every, request.user)
        return None if chosen is every else Named(_or_none(chosen, every))

    def hide_names(self, request: HttpRequest, row: models.Model) -> None:
        """Keys of the row to what the user may not read are shown without a name, also where nothing can be changed."""
        for key in keys_of(row):
            value = getattr(row, key.attname)
            if value is None or (named := self.named(key, request)) is None:
                continue
            if named.get(value) is None:
                row._state.fields_cache[key.name] = Unnamed(value)  # noqa: SLF001 -- where Django looks first

    def learn_names(self, request: HttpRequest, rows: Sequence[models.Model]) -> None:
        """Before the names of many rows are hidden."""
        for key in keys_of(self.model):
            if (named := self.named(key, request)) is not None:
                named.learn(getattr(row, key.attname) for row in rows)

    def limited(self, key: Any, request: HttpRequest | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a form field of the key, with only what may be chosen. Whose the row is must be said."""
        if request is None or _sees_all(request) or "queryset" in kwargs:
            return kwargs
        limited = {**kwargs, "queryset": self.choices_of(key, request)}
        if key.name not in self.own_keys or self.own_keys_may_be_empty:
            return limited
        sides = regions_of(request.user) if key.related_model._meta.model_name == "region" else []
        return {**limited, "required": True, **({"initial": sides[0]} if len(sides) == 1 else {})}


def reach_of(scoped: Any, key: str) -> str:
    """Which rows the key may name, as the method of their page is called."""
    own, shared = getattr(scoped, "own_keys", ()), getattr(scoped, "shared_keys", ())
    return "kept" if key in own else "seen" if key in shared else "chosen"


class Unnamed:
    """In place of a record that the reader may not know."""

    def __init__(self, pk: Any) -> None:
        self.pk = self.id = pk
        self._state = ModelState()  # Django looks there when a key is set anew

    def _is_pk_set(self, meta: Any = None) -> bool:
        """Asked when the row that names it is saved."""
        return True

    def __str__(self) -> str:
        return _("(of another region)")


def page_of(site: AdminSite, model: type[models.Model]) -> Any:
    try:
        page = site.get_model_admin(model)
    except NotRegistered:
        return None
    return page if isinstance(page, Scoped) else None


class ScopedPage(Scoped):
    """Before ModelAdmin. `region_adds`, `region_deletes`: may the administrator of a region, where rows are kept?"""

    region_adds = True
    region_deletes = True

    def get_queryset(self, request: HttpRequest) -> Rows:
        return self.seen(request, super().get_queryset(request))  # type: ignore[misc]  # of Django admin

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _sees_all(request) or self._is_for(request, self.seen_by)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if _sees_all(request):
            return True
        if obj is None or obj.pk is None:
            return self._is_for(request, self.seen_by)
        return self.seen(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _sees_all(request) or (self.region_adds and self._is_for(request, self.kept_by))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or self._keeps(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or (self.region_deletes and self._keeps(request, obj))

    def _keeps(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None or obj.pk is None:
            return self._is_for(request, self.kept_by)
        known = request.__dict__.setdefault("kept_rows", {})  # asked several times for one page
        key = self.model, obj.pk
        if key not in known:
            known[key] = self.kept(request).filter(pk=obj.pk).exists()
        return bool(known[key])

    def _is_for(self, request: HttpRequest, rows: Any) -> bool:
        return rows(self.model._default_manager.all(), request.user) is not None

    def still_theirs(self, request: HttpRequest, obj: Any) -> bool:
        """After saving: no row leaves what they keep."""
        return _sees_all(request) or self.kept(request).filter(pk=obj.pk).exists()


class ScopedRows(Scoped):
    """Before an inline: seen with the record, changed where the record is kept; `seen_by` leaves out rows of others."""

    parent_model: type[models.Model]

    def seen_by(self, rows: Rows, user: Any) -> Rows | None:
        return rows

    def told_by(self, events: Rows, user: Any) -> Rows:
        """Of the history of such rows, what the user may know."""
        return events

    def get_queryset(self, request: HttpRequest) -> Rows:
        return self.seen(request, super().get_queryset(request))  # type: ignore[misc]  # of Django admin

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or self._page.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or self._may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or self._may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _sees_all(request) or self._may_write(request, obj)

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        page = self._page
        return bool(page.has_add_permission(request) if obj is None else page.has_change_permission(request, obj))

    @property
    def _page(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)


class PartOf(Scoped):
    """Before RecordAdmin, for the parts of a record. `of` is the way to the record."""

    of: str

    def record_of(self, part: Any) -> Any:
        for name in self.of.split("__"):
            part = getattr(part, name)
        return part

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A part stays with its record: editions, proofs and figures hang on it there."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # of RecordAdmin
        return fields if obj is None else [*fields, self.of.split("__")[0]]

    def trash_of(self, part: Any) -> dict[str, Any]:
        """The trash of who keeps the record, whomever the part names."""
        record = self.record_of(part)
        found: dict[str, Any] = super().trash_of(part)  # type: ignore[misc]  # of RecordAdmin
        return {**found, "region": record.owner_id, "within": record}


class OfRecord(PartOf):
    """Listed and changed with the record."""

    def seen_by(self, rows: Rows, user: Any) -> Rows | None:
        page = self._of
        return rows.filter(**{f"{self.of}__in": page.seen_by(_all_of(page), user).values("pk")})

    def kept_by(self, rows: Rows, user: Any) -> Rows | None:
        page = self._of
        return rows.filter(**{f"{self.of}__in": page.kept_by(_all_of(page), user).values("pk")})

    @property
    def _of(self) -> Any:
        model: Any = self.model
        for name in self.of.split("__"):
            model = model._meta.get_field(name).related_model
        return self.admin_site.get_model_admin(model)


class OwnPapers(PartOf):
    """For papers and notes: those of the own regions. `side` is the key to the region.

    A side adds to the records in which it takes part; who supervises a region reads its records and adds nothing.
    """

    side = "owner"
    own_keys = ("owner",)

    @property
    def shared_keys(self) -> tuple[str, ...]:  # type: ignore[override]  # read as an attribute
        return (self.of,)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Where no side is said, it is the user's own."""
        key = f"{self.side}_id"
        if not _sees_all(request) and (not change or self.side in form.changed_data):
            sides = [pk for pk in regions_of(request.user) if pk in self.record_of(obj).region_ids]
            if getattr(obj, key) is None and sides:
                setattr(obj, key, sides[0])
            if getattr(obj, key) not in sides:
                raise PermissionDenied(_("This would belong to another region."))
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # of RecordAdmin

    def trash_of(self, part: Any) -> dict[str, Any]:
        """The trash of its side: the other side is never shown it."""
        return {**super().trash_of(part), "region": getattr(part, f"{self.side}_id")}

    def seen_by(self, rows: Rows, user: Any) -> Rows | None:
        found: Any = rows
        mine: Rows = found.visible_to(user).filter(**{f"{self.side}__in": regions_of(user)})
        return mine

    def chosen_by(self, rows: Rows, user: Any) -> Rows | None:
        found: Any = rows
        seen: Rows = found.visible_to(user)
        return seen


class OwnRows(Scoped):
    """Before Rows: as `OwnPapers`, in the page of the record. Each is thrown away on its own page: the tick of a row
    would pass by the trash."""

    side = "owner"
    own_keys = ("owner",)
    can_delete = False

    def seen_by(self, rows: Rows, user: Any) -> Rows | None:
        return rows.filter(**{f"{self.side}__in": regions_of(user)})

    def told_by(self, events: Rows, user: Any) -> Rows:
        return events.filter(**{f"{self.side}__in": regions_of(user)})


class ForAll(Scoped):
    """Before RecordAdmin: what every form may name, such as regions and officials."""

    def chosen_by(self, rows: Rows, user: Any) -> Rows | None:
        return rows


def _all_of(page: Scoped) -> Rows:
    return page.model._default_manager.order_by()


def keep_what_is_named(form: Any) -> set[str]:
    """Keys that name what their reader may not know: shown without a name, and left as they are. Their names.

    The database may hide such a row from the whole request, so it cannot be one of the choices.
    """
    kept = set()
    for name, field in form.fields.items():
        if form.instance.pk is None or not getattr(field, "is_limited", False):
            continue
        named = form.initial.get(name)
        keys = {getattr(one, "pk", one) for one in (named if isinstance(named, (list, tuple)) else [named])} - {None}
        field.named.learn(keys)
        if any(field.named.get(key) is None for key in keys):
            kept.add(name)
    for name in kept:
        form.fields[name] = forms.CharField(label=form.fields[name].label, required=False, disabled=True)
        form.initial[name] = str(Unnamed(None))
    return kept


def _sees_all(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "sees_all", False))


def _or_none(rows: Rows | None, every: Rows) -> Rows:
    return every.none() if rows is None else rows
