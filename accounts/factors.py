"""What becomes of second factors is written into the book of what people did.

allauth tells of them by signals alone; a receiver is how it is heard (`accounts.apps`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset

from records.ledger import Deed
from records.tracing import trace

CODES = Authenticator.Type.RECOVERY_CODES


def listen() -> None:
    for told, write in (
        (authenticator_added, _added),
        (authenticator_reset, _made_anew),
        (authenticator_removed, _removed),
        (authentication_failed, _refused),
    ):
        told.connect(write, dispatch_uid=f"accounts.factors.{write.__name__}")


def _added(*, user: Any, authenticator: Any, **_said: Any) -> None:
    deed = Deed.CODES_MADE if authenticator.type == CODES else Deed.FACTOR_ADDED
    trace(deed, user=user, what=partial(called, authenticator))


def _made_anew(*, user: Any, authenticator: Any, **_said: Any) -> None:
    trace(Deed.CODES_MADE, user=user, what=partial(called, authenticator))


def _removed(*, user: Any, authenticator: Any, **_said: Any) -> None:
    """Recovery codes go with the last factor, which is told."""
    if authenticator.type != CODES:
        trace(Deed.FACTOR_REMOVED, user=user, what=partial(called, authenticator))


def _refused(*, user: Any, authenticator: Any, **_said: Any) -> None:
    trace(Deed.SIGN_IN_FAILED, user=user, what=partial(called, authenticator))


def called(authenticator: Any) -> str:
    """The name that its owner gave to a key, else what kind of factor it is."""
    name = str(authenticator.wrap().name) if authenticator.type == Authenticator.Type.WEBAUTHN else ""
    return name or str(authenticator.get_type_display())
