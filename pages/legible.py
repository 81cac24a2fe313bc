"""Text that can be read: what is typed holds at least one sign that shows."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHOWN = "LNPS"  # letters, numbers, punctuation, symbols: the general categories of Unicode (its standard, §4.5)
BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # fillers that count as letters, and a braille cell without a dot


def validate_legible(value: Any) -> None:
    """Raise ValidationError for a text of which nothing can be seen: a record of that name could not even be opened.

    What a field makes no text of (a key, a list) it judges itself.
    """
    if isinstance(value, str) and not any(map(_shows, value)):
        raise ValidationError(_("Nothing of this text can be seen. Delete what stands there and type it."), "legible")


def _shows(sign: str) -> bool:
    return unicodedata.category(sign)[0] in SHOWN and sign not in BLANK
