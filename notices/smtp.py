"""E-mail over one SMTP connection that is used again and again, step by step, so that every failure has its phase."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMultiAlternatives, get_connection

from notices.letters import Letter, compose, envelope, frame, in_bytes
from notices.models import Delivery, Result
from notices.ways import Closed, Outcome, Prepared, in_words

DJANGOS = "django.core.mail.backends.smtp.EmailBackend"
CHANGE_AFTER = 100  # letters on one connection: some servers mind more
ABOUT_US = (530, 535, 538)  # to any command: what is wrong is how we sign in, not the letter
TOO_LARGE = 552


def email_way() -> EmailWay | BackendWay:
    return EmailWay() if settings.EMAIL_BACKEND == DJANGOS else BackendWay()


class EmailWay:
    """CONNECT, HELO, TLS, LOGIN | MAIL, RCPT, DATA, BODY, DOT.

    Opening is over within EMAIL_TIMEOUT, so is everything before the dot, and the answer to the dot: a letter takes at
    most twice that after the way is open.
    """

    route = "EMAIL"

    def __init__(self) -> None:
        self.smtp: smtplib.SMTP | None = None
        self.phase = ""
        self.sent = 0
        self.deadline = 0.0
        self.sender = envelope(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])

    def open(self) -> None:
        if self.smtp and self.sent >= CHANGE_AFTER:
            self.close()
        if self.smtp:
            return
        self._begin()
        try:
            self._connect()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            phase = self.phase
            self._drop()
            raise Closed(phase, _reply_of(error), slowly=phase in ("TLS", "LOGIN")) from error

    def prepare(self, delivery: Delivery, letter: Letter, to: str) -> Prepared:
        to = envelope(to)
        mail = frame(delivery, letter, to)
        return Prepared(to, mail.subject, mail.text, in_bytes(mail).replace(b"\n.", b"\n.."))

    def send(self, prepared: Prepared) -> Outcome:
        """A connection that the server closed since the last letter is opened anew, once."""
        used = self.sent > 0
        try:
            outcome = self._converse(prepared)
        except BaseException:  # the end of our time, in the middle of a conversation
            self._drop()
            raise
        if used and outcome.phase == "MAIL" and not self.smtp and outcome.result == Result.OUTAGE:
            try:
                self.open()
            except Closed as closed:
                return Outcome(Result.OUTAGE, closed.phase, closed.reply)
            outcome = self._converse(prepared)
        return outcome

    def close(self) -> None:
        if self.smtp:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._begin()
                self._step("QUIT")
                self.smtp.quit()
        self._drop()

    # One step after the other

    def _connect(self) -> None:
        host, port, name = settings.EMAIL_HOST, settings.EMAIL_PORT, DNS_NAME.get_fqdn()
        self.phase = "CONNECT"
        if settings.EMAIL_USE_SSL:
            context = _trust()
            self.smtp = smtplib.SMTP_SSL(host, port, name, timeout=self._left(), context=context)
        else:
            self.smtp = smtplib.SMTP(host, port, name, timeout=self._left())
        self._step("HELO").ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            self._step("TLS").starttls(context=_trust())
            self._step("HELO").ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            self._step("LOGIN").login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def _converse(self, prepared: Prepared) -> Outcome:
        self._begin()
        try:
            for code, said in self._steps(prepared):
                if outcome := self._refusal(code, said):
                    return outcome
        except smtplib.SMTPServerDisconnected as error:
            phase = self.phase
            self._drop()
            return Outcome(_lost_at(phase), phase, _why_lost(error))
        except smtplib.SMTPResponseException as error:  # an answer too long to be read
            self._drop()
            return Outcome(_lost_at(self.phase), self.phase, _reply_of(error))
        self.sent += 1
        return Outcome(Result.SENT, "DOT", _text(code, said))

    def _steps(self, prepared: Prepared) -> Iterator[tuple[int, bytes]]:
        smtp = self._step("MAIL")
        options = [f"SIZE={len(prepared.payload)}"] if smtp.has_extn("size") else []
        yield smtp.mail(self.sender, options)
        yield self._step("RCPT").rcpt(prepared.address)
        yield self._step("DATA").docmd("DATA")
        self._step("BODY").send(prepared.payload + b".\r\n")
        self._begin()
        yield self._step("DOT").getreply()

    def _refusal(self, code: int, said: bytes) -> Outcome | None:
        """None when it went well. After a refusal the connection is made ready for the next letter."""
        if code == 354 if self.phase == "DATA" else 200 <= code < 300:
            return None
        phase, words = self.phase, _text(code, said)
        result = Result.DEFERRED if 400 <= code < 500 else Result.REFUSED
        if code == 421 or not 400 <= code < 600:
            result = Result.OUTAGE if phase == "MAIL" else Result.LOST
            self._drop()
        elif code in ABOUT_US or (phase == "MAIL" and code != TOO_LARGE):
            result = Result.OUTAGE
            self.close()
        elif phase != "DOT":
            self._reset()
        return Outcome(result, phase, words)

    def _reset(self) -> None:
        try:
            self._step("RSET").rset()
        except smtplib.SMTPException:
            self._drop()

    def _step(self, phase: str) -> smtplib.SMTP:
        """The connection, for one more step: no longer than what is left of the time."""
        if not self.smtp:
            raise smtplib.SMTPServerDisconnected("not connected")
        self.phase = phase
        if self.smtp.sock:
            self.smtp.sock.settimeout(self._left())
        return self.smtp

    def _begin(self) -> None:
        self.deadline = time.monotonic() + settings.EMAIL_TIMEOUT

    def _left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.05)

    def _drop(self) -> None:
        if self.smtp:
            self.smtp.close()
        self.smtp, self.sent = None, 0


class BackendWay:
    """Any other of Django's backends (console, file, memory): for trying out."""

    route = "EMAIL"

    def open(self) -> None:
        pass

    def prepare(self, delivery: Delivery, letter: Letter, to: str) -> Prepared:
        to = envelope(to)
        mail = frame(delivery, letter, to)
        message = compose(mail)
        message.message()
        return Prepared(to, mail.subject, mail.text, message)

    def send(self, prepared: Prepared) -> Outcome:
        message: EmailMultiAlternatives = prepared.payload
        try:
            get_connection().send_messages([message])
        except Exception as error:  # noqa: BLE001 - a backend may raise anything, and it may have sent before
            return Outcome(Result.UNKNOWN, "SEND", in_words(error))
        return Outcome(Result.SENT, "SEND", "")

    def close(self) -> None:
        pass


def _lost_at(phase: str) -> Result:
    """What a broken connection means, by how far the conversation had come."""
    if phase == "DOT":
        return Result.UNKNOWN
    return Result.OUTAGE if phase == "MAIL" else Result.LOST


def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.EMAIL_SSL_CERTFILE or settings.EMAIL_SSL_KEYFILE:
        context.load_cert_chain(str(settings.EMAIL_SSL_CERTFILE), settings.EMAIL_SSL_KEYFILE)
    return context


def _text(code: int, said: bytes) -> str:
    return f"{code} {' '.join(said.decode(errors='replace').split())}"


def _reply_of(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _text(error.smtp_code, said if isinstance(said, bytes) else said.encode())
    return _why_lost(error) if isinstance(error, smtplib.SMTPServerDisconnected) else in_words(error)


def _why_lost(error: smtplib.SMTPServerDisconnected) -> str:
    """What happened to the socket; smtplib only says that it is gone."""
    return in_words(error.__context__ or error)
