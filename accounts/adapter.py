"""Sign-in policy: accounts are made by invitation, guessing is limited, and nobody learns who has an account."""

from __future__ import annotations

import contextlib
import smtplib
from functools import partial
from typing import Any

import pghistory
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from accounts.devices import in_words
from accounts.models import User
from accounts.waiting import by_codes, by_login, wait_for
from pages.limits import too_many
from records.holding import held
from records.ledger import Deed
from records.tracing import trace

log = structlog.get_logger(__name__)

EVERYWHERE = {"everywhere": "100/h/key"}  # wrong passwords for one login, from all addresses together


LOCKED = ("too_many_login_attempts", "rate_limited")  # what allauth says of codes, by where they are typed
TAKEN = "account/messages/email_confirmation_failed.txt"
RESET, UNKNOWN = "account/email/password_reset", "account/email/unknown_account"  # letters, by their templates


class AccountAdapter(DefaultAccountAdapter):
    """5 wrong passwords in 5 minutes for a login *from one address*, 10 a minute from an address for all logins.

    Whoever attacks from elsewhere uses up their own tries, not those of the owner. Against many addresses at once a
    login has 100 tries an hour; where its owner has signed in before, the door stays open even then.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META["REMOTE_ADDR"])  # config/addresses.py

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises the page that says how long to wait."""
        login = _login(credentials)
        self._everywhere = None
        key = by_login(request, login)
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="login_failed", key=key)
        if not self._login_failed_rl_usage:
            trace(Deed.LOCKED_OUT, typed=login)
            raise ImmediateHttpResponse(too_many(request, wait_for(request, "login_failed", key)))
        if not _is_at_home(login, request):
            self._everywhere = ratelimit.consume(
                request, app="accounts", action="everywhere", config=EVERYWHERE, key=login
            )
            if not self._everywhere:
                trace(Deed.LOCKED_OUT, typed=login, everywhere=True)
                raise ImmediateHttpResponse(too_many(request, 3600))

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Of codes that were wrong too often, how long to wait: the limit is asked before the code is looked at."""
        user = _whose_code(context.request)
        if code not in LOCKED or user is None:
            error: ValidationError = super().validation_error(code, *args)
            return error
        minutes = -(-wait_for(context.request, "login_failed", by_codes(user)) // 60)
        words = ngettext(
            "Too many wrong codes. Wait a minute, then try again; no recovery code is used up until then.",
            "Too many wrong codes. Wait %(minutes)s minutes, then try again; no recovery code is used up until then.",
            minutes,
        )
        return ValidationError(words % {"minutes": minutes}, code=code)

    def clean_email(self, email: str) -> str:
        """Before another address is asked for: allauth would take away one that it does not know to be confirmed."""
        if context.request.user.is_authenticated:
            vouch(context.request.user)
        return str(super().clean_email(email))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        trace(Deed.SIGN_IN_FAILED, typed=_login(credentials))

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        vouch(user)
        trace(Deed.SIGNED_IN, user=user)

    def logout(self, request: HttpRequest) -> None:
        trace(Deed.SIGNED_OUT, user=request.user)
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        """By the link of a letter, where nobody is signed in: for the history it is the one whose password it is."""
        if not context.request.user.is_authenticated:
            pghistory.context(user=user.pk)
        super().set_password(user, password)
        trace(Deed.PASSWORD_CHANGED, user=user)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address that stands with the account, whatever was typed."""
        trace(Deed.RESET_ASKED, user=user)
        super().send_password_reset_mail(user, user.email, context)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Not one that somebody else was given in the meantime: then it is said, and no longer asked for."""
        others = User.objects.with_address(email_address.email).exclude(pk=email_address.user_id)
        with contextlib.suppress(IntegrityError):  # it is given in this very moment
            if not others.exists():
                return bool(super().confirm_email(request, email_address))
        EmailAddress.objects.filter(pk=email_address.pk).delete()
        self.add_message(request, messages.ERROR, TAKEN, {"email": email_address.email})
        return False

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """What it tells of has been done, whether the letter leaves or not."""
        if template_prefix == RESET:
            trace(Deed.PASSWORD_RESET, user=user)
        with contextlib.suppress(ImmediateHttpResponse):
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """At once, not by the outbox of `notices`: see README -> Decisions. Raises the page that says it did not go.

        None leaves a copy that is held: its link would lead to the copy, its words would be about the real register.
        """
        if template_prefix == UNKNOWN:
            trace(Deed.RESET_ASKED, typed=email)
        if held():
            log.warning("letter_is_held", letter=template_prefix)
            raise ImmediateHttpResponse(_not_sent(self.request, for_now=False))
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError) as error:
            log.warning("letter_not_sent", letter=template_prefix, error=" ".join(str(error).split())[:300])
            raise ImmediateHttpResponse(_not_sent(self.request)) from error

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._everywhere:
            self._everywhere.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """After a new password was set through a letter, one may come in with it at once."""
        key = by_login(request, _login(credentials))
        ratelimit.clear(request, app="allauth.account", action="login_failed", key=key)
        ratelimit.clear(request, app="accounts", action="everywhere", config=EVERYWHERE, key=_login(credentials))


def vouch(user: Any) -> None:
    """The address of a user is theirs, as an administrator or their letter says. allauth has a table of its own."""
    of_others = EmailAddress.objects.filter(email__iexact=user.email).exclude(user=user)
    former = EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email)
    with transaction.atomic():
        of_others.delete()
        former.filter(Q(verified=True) | Q(primary=True)).delete()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email.lower(), defaults={"primary": True, "verified": True}
        )


def _not_sent(request: HttpRequest, *, for_now: bool = True) -> HttpResponse:
    """The same whether the address is known or not: a letter goes to either. `for_now`: trying again helps."""
    page = render(request, "account/letter_not_sent.html", {"for_now": for_now}, status=503)
    if for_now:
        page.headers["Retry-After"] = "300"
    return page


def _login(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


def _whose_code(request: HttpRequest) -> Any:
    """Who is asked for a second factor: who is signed in, or is about to be."""
    if request.user.is_authenticated:
        return request.user
    stage = get_pending_stage(request)
    return stage.login.user if stage else None


def _is_at_home(login: str, request: HttpRequest) -> bool:
    """Has this user a session from this address? What is asked costs the same whether there is such a user or not."""
    here = UserSession.objects.filter(user__email__iexact=login, ip=request.META["REMOTE_ADDR"])
    return bool(here.exists())


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions that somebody ends in the list of theirs."""

    def end_sessions(self, sessions: Any) -> None:
        for session in sessions:
            trace(Deed.SESSION_ENDED, user=session.user, what=partial(in_words, session.user_agent))
        super().end_sessions(sessions)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """A government's identity provider says who somebody is; only addresses that are known here come in by it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Any, str] | None:
        """By the addresses of users, not by those that somebody has asked for as theirs."""
        for email in (one.email for one in sociallogin.email_addresses if one.verified):
            user = User.objects.with_address(email).first()
            if user is not None and self.can_authenticate_by_email(sociallogin, email):
                vouch(user)  # else allauth would take their password, as of an account that nobody has confirmed
                return user, email
        return None
