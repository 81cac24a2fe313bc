"""`python -m config.mailbox FOLDER --port N`: takes every letter by SMTP and keeps it as a file (bin/demo).

Nothing leaves the machine: what an installation would send can be read in FOLDER, one .eml a letter, with any mail
program or a text editor. Each letter is also one line on standard output.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
import re
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

READY = "Letters are kept in"


class Mailbox:
    """The handler that aiosmtpd asks: whatever comes for whomever is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        letter = envelope.original_content or b""
        file = self._new_file(envelope.rcpt_tos)
        file.write_bytes(letter)
        subject = message_from_bytes(letter, policy=policy.default)["Subject"]
        print(f"{', '.join(envelope.rcpt_tos)}: {subject}  ({file.name})", flush=True)
        return "250 OK kept"

    def _new_file(self, recipients: list[str]) -> Path:
        """Named by time and recipient, in the order of arrival; whatever an address holds, it stays in the folder."""
        now = f"{dt.datetime.now(dt.UTC).astimezone():%Y-%m-%d %H.%M.%S.%f}"[:-3]
        who = re.sub(r"[^\w@.+-]", "_", recipients[0] if recipients else "")[:80].lstrip(".") or "nobody"
        for number in itertools.count(1):
            file = self.folder / f"{now} {who}{f' {number}' if number > 1 else ''}.eml"
            with contextlib.suppress(FileExistsError):
                file.touch(exist_ok=False)
                return file
        raise AssertionError


async def serve(folder: Path, port: int) -> None:
    """Until it is told to stop."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(folder)
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", data_size_limit=None, enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1",
        port,
        reuse_address=True,
    )
    print(f"{READY} {folder}; port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="config.mailbox", description="Keep every letter as a file.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    options = parser.parse_args()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(options.folder, options.port))
    except OSError as error:
        sys.exit(f"Letters cannot be kept: {error}")


if __name__ == "__main__":
    main()
