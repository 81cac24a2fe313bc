"""Forms that change a record: nobody overwrites unseen what somebody else has saved in the meantime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pages.drafts import Restorable
from pages.forms import name_blanks
from pages.sheets.once import why_refused
from records.above import hold_above
from records.history import in_words
from records.models import Record, Stale


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what was typed and what stands in the register now, in words."""

    label: str
    yours: str
    theirs: str


class VersionedForm(Restorable, forms.ModelForm):  # type: ignore[type-arg]  # it takes no parameter at run time
    """A form that remembers which version it showed. `keep()` saves, or explains the conflict and gives None."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_blanks(self)
        self.differences: list[Difference] = []
        self.is_gone = False  # somebody deleted the record since the form was shown
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            self.fields["version"].required = True
        else:
            del self.fields["version"]

    @property
    def status(self) -> int:
        return 409 if self.differences or self.is_gone else super().status

    def keep(self) -> Any:
        """Save if nobody else has saved since the form was shown.

        On a conflict the form shows both versions, and sending it once more keeps the typed one. What the database
        refuses is an error of the form.
        """
        try:
            with transaction.atomic():
                if self.instance.pk:
                    hold_above(self.instance)
                    self.instance.claim(self.cleaned_data["version"])
                return self.save()
        except Stale as stale:
            self._explain(stale.current)
        except (IntegrityError, DataError) as refusal:
            self.refused(refusal)
        return None

    def refused(self, refusal: DatabaseError) -> None:
        """Say why the database did not keep it; nothing of it is saved."""
        self.add_error(None, why_refused(refusal))

    def _explain(self, current: Record | None) -> None:
        if current is None:
            self.is_gone = True
            self.add_error(None, _("Somebody has deleted this record in the meantime. Copy what you need from below."))
            return
        for field in self.visible_fields():
            yours, theirs = _shown(self.instance, field.name), _shown(current, field.name)
            if yours != theirs:
                self.differences.append(Difference(str(field.label), yours, theirs))
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = str(current.version)
        self.data = data
        self.add_error(
            None,
            _(
                "Somebody else, or you in another window, has saved this record in the meantime. Compare below, then "
                "save again to keep yours."
            ),
        )


def _shown(record: Record, name: str) -> str:
    """A field in words; '' of what is none of the record."""
    f = next((f for f in record._meta.concrete_fields if f.name == name), None)
    value = getattr(record, name) if f is not None else None
    return "" if value is None else in_words(f, value)
