"""A form is kept in the browser while it is typed (draft-keeper.js), taken back with `restore`, and let go once saved.

The template puts <draft-keeper> around the form and {% submission %} into it, also where htmx sends the form in place.
Forms with rows have their own way to restore (pages/sheets).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpResponse

from pages.requests import SignedIn
from pages.sheets.once import let_go, submission_of

Answer = TypeVar("Answer", bound=Callable[..., HttpResponse])


class Restorable(BaseForm):
    """Shows what a draft brings back, without a word about it, and never counts as valid: only Save saves."""

    @property
    def is_restored(self) -> bool:
        return "restore" in self.data

    @property
    def status(self) -> int:
        """How the page of this form answers while nothing is saved."""
        return 422 if self.is_bound and not self.is_restored else 200

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_restored

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_restored:
            self._errors = ErrorDict(renderer=self.renderer)


def keeps_draft(answer: Answer) -> Answer:
    """For what answers such a form: refused is 409 or 422, restored is not saved, and all else was saved."""

    @functools.wraps(answer)
    def told(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        response = answer(request, *args, **kwargs)
        if request.method == "POST" and response.status_code < 400 and "restore" not in request.POST:
            let_go(response, request, submission_of(request))
        return response

    return told  # type: ignore[return-value]  # it takes what `answer` takes
