"""The messenger gateway: a signed POST to whoever hands it on to WhatsApp or Telegram.

The body is JSON. `X-Simpul-Signature` is `sha256=` and the HMAC of `X-Simpul-Timestamp`, a full stop and the body,
under the secret of the gateway; `Idempotency-Key` is the same for every copy of a letter. Redirects are not followed
and proxies not used: the address in the register is the one that is spoken to.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from notices.letters import Letter, one_line
from notices.models import Delivery, Gateway, Result
from notices.ways import Closed, Outcome, Prepared, in_words

ABOUT_US = (401, 403, 404, 405)


def gateway_for(recipient: Any) -> Gateway | None:
    """That of the home region, else the one for all."""
    region = recipient.home_region
    found = Gateway.objects.filter(is_active=True)
    own = found.filter(region=region).first() if region else None
    return own or found.filter(region=None).first()


class GatewayWay:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.route = f"GATEWAY/{gateway.pk}"
        self.parts = urlsplit(gateway.url)
        self.connection: http.client.HTTPConnection | None = None

    def open(self) -> None:
        """A connection for each message: gateways keep none open."""
        made = http.client.HTTPSConnection if self.parts.scheme == "https" else http.client.HTTPConnection
        try:
            self.connection = made(self.parts.hostname or "", self.parts.port, timeout=settings.EMAIL_TIMEOUT)
            self.connection.connect()
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.close()
            raise Closed("CONNECT", in_words(error)) from error

    def prepare(self, delivery: Delivery, letter: Letter, to: str) -> Prepared:
        recipient = delivery.notice.recipient
        subject = one_line(letter.subject, 250)
        payload = {
            "to": to,
            "name": recipient.name,
            "language": recipient.language,
            "subject": subject,
            "text": letter.text,
            "message_id": delivery.message_id,
        }
        body = json.dumps(payload, ensure_ascii=False).encode()
        return Prepared(to, subject, letter.text, (body, one_line(delivery.message_id, 150)))

    def send(self, prepared: Prepared) -> Outcome:
        body, message_id = prepared.payload
        connection = self.connection
        if connection is None:
            return Outcome(Result.OUTAGE, "CONNECT")
        phase = "BODY"
        try:
            connection.request("POST", self._target(), body, self._headers(body, message_id))
            phase = "ANSWER"
            answer = connection.getresponse()
            words = f"{answer.status} {' '.join(answer.read(300).decode(errors='replace').split())}".strip()
        except (OSError, ValueError, http.client.HTTPException) as error:
            return Outcome(Result.UNKNOWN if phase == "ANSWER" else Result.LOST, phase, in_words(error))
        finally:
            self.close()
        return Outcome(_meaning(answer.status), phase, words)

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _target(self) -> str:
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")

    def _headers(self, body: bytes, message_id: str) -> dict[str, str]:
        now = str(int(time.time()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "Simpul",
            "Idempotency-Key": message_id,
            "X-Simpul-Timestamp": now,
            "X-Simpul-Signature": signature(self.gateway.secret, now, body),
        }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _meaning(status: int) -> Result:
    """A wrong secret (401, 403) or address (a way elsewhere, 404, 405) is about us, not about the message."""
    if 200 <= status < 300:
        return Result.SENT
    if status < 400 or status in ABOUT_US:
        return Result.OUTAGE
    return Result.DEFERRED if status in (408, 429) or status >= 500 else Result.REFUSED
