"""What the keys of a table's rows name, read for all rows at once: twenty delegations cost no more than one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceIterator

Rows = models.QuerySet[Any]


def keys_of(model: type[models.Model] | models.Model) -> list[Any]:
    """The fields that name one row of another table."""
    return [f for f in model._meta.concrete_fields if f.many_to_one]


class Named:
    """Of `rows`, those that were asked for by key, each read once. For one request: what changes later is not noticed.

    >>> named = Named(Region.objects.all())
    >>> named.learn([3, 4, 5])           # one query
    >>> named.get(4), named.get("4")     # none
    """

    _rows: Rows
    _known: dict[Any, Any]
    _every: list[Any] | None

    def __init__(self, rows: Rows) -> None:
        self._rows, self._known, self._every = with_names(rows), {}, None

    def learn(self, keys: Iterable[Any]) -> None:
        unknown = {self._key(one) for one in keys} - {None} - self._known.keys()
        if unknown:
            self._known |= dict.fromkeys(unknown) | self._rows.in_bulk(list(unknown))

    def get(self, key: Any) -> Any:
        """The row, or None where there is none among them."""
        self.learn([key])
        return self._known.get(self._key(key))

    def every(self) -> list[Any]:
        """All of them, in their order."""
        if self._every is None:
            self._every = list(self._rows)
        return self._every

    def keys_among(self, keys: Rows) -> set[Any]:
        """Which of many keys name one of them; the rows themselves are not read."""
        return set(self._rows.order_by().filter(pk__in=keys).values_list("pk", flat=True))

    def _key(self, value: Any) -> Any:
        try:
            return self._rows.model._meta.pk.to_python(getattr(value, "pk", value))
        except ValidationError:
            return None


class ReadOnce(ModelChoiceIterator):  # type: ignore[type-arg]  # it takes no parameter at run time
    """The choices of a field that has `named`: the same for every row of a table."""

    field: Any

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.field.named.every())


def with_names(rows: Rows) -> Rows:
    """With what stands in the names of the rows: their place, the party's region. What a row must have is not joined:
    where the database hides that, it would hide the row too."""
    for name in ("for_names", *(["for_list"] if hasattr(rows.model, "label") else [])):
        if hasattr(rows, name):
            found: Rows = getattr(rows, name)()
            return found
    along = [key.name for key in keys_of(rows.model) if key.null]
    return rows.select_related(*along) if along else rows
