"""`python -m workshop.drill.sink --log FILE`: an SMTP server that keeps nothing but account of what it accepted.

It says `{"port": N}` on standard output when it listens. Every accepted message is one JSON line in the log
(`message_id`, `to`, `at`, `bytes`, `marks`), written before the answer goes out, so that a kill loses none. `marks` is
what `--marks REGEX` finds in it. LOG.asked has the addresses that asked for a fault, so that what healed stays healed
when the sink is started again.

Faults are asked for by the address of a recipient, or for everybody in a JSON file (`--faults`) that may change at any
time. Both name a phase (connect, helo, tls, login, mail, rcpt, data, body, dot) and what is done there:

    451            this answer; 421 also closes
    drop           close without an answer; after the dot nothing was kept
    leave          answer as usual, then close
    hang           never answer; after the dot the message was kept
    late6          do it at once, answer after 6 s
    kept           (dot) keep the message, close without an answer

An address: `fault-rcpt-451@x`, `fault-dot-kept-once.7@x` (what follows a full stop only tells addresses apart; `once`
and `twice` heal). The file: `{"mail": "451", "dot": {"do": "kept", "chance": 0.03}, "rcpt": {"do": "450", "times": 2}}`
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import ssl
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

MESSAGE_ID = re.compile(rb"^message-id:\s*<?([^>\r\n]*)", re.IGNORECASE | re.MULTILINE)
HEALS = {"once": 1, "twice": 2}
ENDLESS = 24 * 3600


class Faults:
    """What goes wrong now. The file is looked at with every command: a `stat` costs two microseconds."""

    def __init__(self, file: Path | None, seed: int, asked: Path) -> None:
        self.file, self.read_at, self.general = file, 0, {}  # type: Path | None, int, dict[str, dict[str, Any]]
        self.asked = os.open(asked, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.done: Counter[str] = Counter(asked.read_text().splitlines())
        self.chance = random.Random(seed)  # noqa: S311 - faults, not secrets

    def at(self, phase: str, recipients: Iterable[str] = ()) -> str:
        """What to do in this phase instead of the usual; empty for the usual."""
        return next(filter(None, (self._asked_by(address, phase) for address in recipients)), "") or self._for_all(
            phase
        )

    def _asked_by(self, address: str, phase: str) -> str:
        """Words of an address like `fault-dot-kept-once.7@x`."""
        words = address.partition("@")[0].partition(".")[0].split("-")
        if words[0] != "fault" or len(words) < 3 or words[1] != phase:
            return ""
        often = HEALS.get(words[-1], ENDLESS)
        self.done[address] += 1
        os.write(self.asked, f"{address}\n".encode())
        return words[2] if self.done[address] <= often else ""

    def _for_all(self, phase: str) -> str:
        asked = self._read().get(phase)
        if not asked or self.chance.random() >= asked.get("chance", 1):
            return ""
        self.done[f"/{phase}"] += 1
        return str(asked["do"]) if self.done[f"/{phase}"] <= asked.get("times", ENDLESS) else ""

    def _read(self) -> dict[str, dict[str, Any]]:
        if self.file is None:
            return {}
        try:
            changed_at = self.file.stat().st_mtime_ns
            if changed_at != self.read_at:
                read = json.loads(self.file.read_text() or "{}")
                self.general = {phase: {"do": what} if isinstance(what, str) else what for phase, what in read.items()}
                self.read_at, self.done = changed_at, Counter({k: v for k, v in self.done.items() if k[0] != "/"})
        except (OSError, ValueError):  # not there, or half written: as before
            pass
        return self.general


class Sink(SMTP):
    """aiosmtpd with faults at every step, and a message read in one piece: a sink must be faster than the sender."""

    line_length_limit = 64 * 1024 * 1024  # of the buffer, into which a whole message must go

    def __init__(
        self, handler: Any, faults: Faults, log: int, marks: re.Pattern[bytes] | None = None, **options: Any
    ) -> None:
        super().__init__(handler, hostname="sink", data_size_limit=None, auth_require_tls=False, **options)
        self.faults, self.log, self.marks = faults, log, marks

    async def _handle_client(self) -> None:
        async def proceed() -> None:
            await handle()

        handle = super()._handle_client
        with contextlib.suppress(ConnectionError):
            await self._through("connect", proceed)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - the names are aiosmtpd's
        await self._through("helo", lambda: super(Sink, self).smtp_EHLO(hostname))

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self._through("tls", lambda: super(Sink, self).smtp_STARTTLS(arg))

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self._through("login", lambda: super(Sink, self).smtp_AUTH(arg))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await self._through("mail", lambda: super(Sink, self).smtp_MAIL(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        to = re.search(r"<([^>]*)>", arg or "")
        await self._through("rcpt", lambda: super(Sink, self).smtp_RCPT(arg), to[1] if to else "")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not self._to:
            await self.push("503 Error: need RCPT command")
            return
        await self._through("data", self._read_message, *self._to)

    @property
    def _to(self) -> list[str]:
        return list(self.envelope.rcpt_tos) if self.envelope else []

    async def _read_message(self) -> None:
        to = self._to
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        if self.faults.at("body", to):
            await self._reader.readuntil(b"\r\n")
            self._cut()
            return
        message = await self._reader.readuntil(b"\r\n.\r\n")
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # of aiosmtpd
        act = self.faults.at("dot", to)
        if act in ("kept", "hang", "leave") or act.startswith("late") or not act:
            self._keep(message, to)
        if act == "kept":
            self._cut()
        else:
            await self._do(act, lambda: self.push("250 OK kept"))

    def _keep(self, message: bytes, to: list[str]) -> None:
        named = MESSAGE_ID.search(message[: message.find(b"\r\n\r\n")])
        kept = {
            "message_id": named[1].decode(errors="replace") if named else "",
            "to": to[0] if len(to) == 1 else to,
            "at": round(time.time(), 4),
            "bytes": len(message) - 3,
        }
        if self.marks:
            found = self.marks.findall(message.replace(b"=\r\n", b""))  # lines that quoted-printable has broken
            kept["marks"] = sorted({mark.decode() for mark in found})
        os.write(self.log, json.dumps(kept).encode() + b"\n")

    async def _through(self, phase: str, proceed: Callable[[], Awaitable[None]], *to: str) -> None:
        await self._do(self.faults.at(phase, to), proceed)

    async def _do(self, act: str, proceed: Callable[[], Awaitable[None]]) -> None:
        if act == "drop":
            self._cut()
        elif act == "hang":
            await asyncio.sleep(ENDLESS)
        elif act[:3].isdigit():
            await self.push(f"{act} as asked")
            if act.startswith("421"):
                self._cut()
        else:
            if act.startswith("late"):
                await asyncio.sleep(float(act[4:]))
            await proceed()
            if act == "leave":
                self._cut()

    def _cut(self) -> None:
        """Close; what was answered before still goes out. The handler of the connection ends with it."""
        self._writer.close()
        raise ConnectionResetError


class Offers:
    """What `EHLO` offers beyond the usual: STARTTLS without any certificate, for those who shall fail with it."""

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, offers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*offers[:-1], "250-STARTTLS", offers[-1]]


def let_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    """Any name; the password is `right`."""
    return AuthResult(success=bool(given.password == b"right"))


async def serve(options: argparse.Namespace) -> None:
    """Until it is killed."""
    faults = Faults(options.faults, options.seed, options.log.with_name(f"{options.log.name}.asked"))
    log = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    given: dict[str, Any] = {"authenticator": let_in, "enable_SMTPUTF8": options.smtputf8}
    given["marks"] = re.compile(options.marks.encode()) if options.marks else None
    if options.cert:
        given["tls_context"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        given["tls_context"].load_cert_chain(options.cert, options.key)
    loop = asyncio.get_running_loop()

    handler = Offers() if options.broken_tls else None
    server = await loop.create_server(
        lambda: Sink(handler, faults, log, loop=loop, **given), "127.0.0.1", options.port, reuse_address=True
    )
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await server.serve_forever()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="workshop.drill.sink", description="An SMTP server that counts.")
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--log", required=True, type=Path, help="a JSON line for every message that was accepted")
    parser.add_argument("--faults", type=Path, help="a JSON file of faults for everybody; may change at any time")
    parser.add_argument("--seed", type=int, default=0, help="of the faults that happen by chance")
    parser.add_argument("--marks", help="a regular expression: what it finds in a letter is told in the log")
    parser.add_argument("--cert", type=Path, help="offer STARTTLS with this certificate")
    parser.add_argument("--key", type=Path)
    parser.add_argument("--broken-tls", action="store_true", help="offer STARTTLS without being able to do it")
    parser.add_argument("--smtputf8", action="store_true", help="offer SMTPUTF8")
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options()))
