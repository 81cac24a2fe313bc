"""What all forms of a sheet share: who fills them in, and that nothing typed is cut or judged before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.functional import cached_property

from pages.forms import name_blanks
from pages.lookups import LookupField, Typed

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelForm = forms.ModelForm  # not subscriptable while the program runs


@dataclass
class Filling:
    """One filling-in of the sheet: by whom (accounts.models.User), and whether it is judged.

    `quiet` forms show what was typed without a word about it: rows are being added, or a draft is being restored.
    `fresh`: there is no such record yet. `focus` is the row that takes the keyboard next.
    """

    user: Any
    quiet: bool = False
    fresh: bool = False
    focus: str = ""

    def read(self, record: Any, stored: Mapping[str, list[Any]], sent: QueryDict | None) -> None:
        """What rows must know of the record above them and of other lists, before any form of the sheet is made.

        What was sent comes before what is `stored`; `record` is None where one row is drawn alone.
        """


def as_lines(text: str) -> str:
    """The text as it is compared: with one sign at the end of a line, and none around it all."""
    return text.replace("\r\n", "\n").strip()


class FilledForm(AnyModelForm):
    """A ModelForm that can be quiet, and that never cuts what is pasted: `maxlength` would do so without a word."""

    advanced: ClassVar[tuple[str, ...]] = ()
    # The rules of the model about these fields are kept by other means.
    judged_elsewhere: ClassVar[tuple[str, ...]] = ()
    keeps_unseen = True  # see pages/lookups.py
    optional_by_default = True  # the labels do not repeat it: see components/_label.html

    def __init__(self, *args: Any, filling: Filling, **kwargs: Any) -> None:
        self.filling = filling
        super().__init__(*args, **kwargs)
        name_blanks(self)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
            field.widget.attrs.setdefault("placeholder", " ")  # `:placeholder-shown` tells the style that it is empty

    @cached_property
    def changed_data(self) -> list[str]:
        """Without texts of which only the ends of lines differ: a browser sends two signs for each."""
        return [name for name in super().changed_data if not self._is_same_text(name)]

    def _is_same_text(self, name: str) -> bool:
        if not isinstance(self.fields[name].widget, forms.Textarea):
            return False
        stored, typed = self[name].initial, self[name].data
        return isinstance(stored, str) and isinstance(typed, str) and as_lines(stored) == as_lines(typed)

    def clean(self) -> dict[str, Any] | None:
        """A text that nobody changed stays as it was written, to the last sign."""
        cleaned = super().clean()
        for name in self.cleaned_data:
            if self._is_same_text(name):
                self.cleaned_data[name] = self[name].initial
        return cleaned

    def full_clean(self) -> None:
        if self.is_bound and self.is_ignored:
            self._errors = ErrorDict(renderer=self.renderer)
            self.cleaned_data = {}
        else:
            super().full_clean()

    def _get_validation_exclusions(self) -> set[str]:
        """The fields that the rules of the model are not asked about: those of Django, `judged_elsewhere`, and keys to
        records that the user does not see: Django would look for these in vain."""
        kept = {name for name, field in self.fields.items() if isinstance(field, LookupField) and field.is_kept}
        return {*super()._get_validation_exclusions(), *self.judged_elsewhere, *kept}  # type: ignore[misc]  # not in the stubs

    @property
    def is_ignored(self) -> bool:
        return self.filling.quiet

    @property
    def advanced_open(self) -> bool:
        """Do the folded fields hold something that is not their default, or an error?"""
        return any(name in self.errors or self.is_filled(name) for name in self.advanced)

    def is_filled(self, name: str) -> bool:
        value = self[name].value()
        if isinstance(value, Typed):
            return bool(value.value or value.text)
        default = self._meta.model._meta.get_field(name).get_default()
        return value not in (None, "", False) and str(value) != str(default)
