"""What a password may be: long and not easily guessed; no rule says of which characters it must consist."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "simpul",
    "password",
    "kata",
    "sandi",
    "katasandi",
    "rahasia",
    "pemerintah",
    "kabupaten",
    "provinsi",
    "dinas",
    "kerjasama",
)
OWN = 6  # letters and digits that are left when these are taken out


class LocalWordsValidator:
    """Refuses what consists of the words that somebody who attacks this house tries first."""

    def validate(self, password: str, user: Any = None) -> None:
        words = {*WORDS, *_parts(settings.SITE_NAME)}
        if user is not None and getattr(user, "pk", None) and user.home_region:
            words |= {*_parts(user.home_region.name_id), *_parts(user.home_region.name_en)}
        left = re.sub(r"[\W_]", "", password.lower())
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < OWN:
            raise ValidationError(self.get_help_text(), code="password_of_local_words")

    def get_help_text(self) -> str:
        return _("The password must be more than the name of the system, of your region or of an office.")


def _parts(name: str) -> set[str]:
    return {part for part in re.split(r"[\W_]+", name.lower()) if len(part) > 3}
