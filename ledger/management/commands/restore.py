"""manage.py restore DIR: a backup into a fresh database, proven and on hold."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.copies import Refused, hold, put_back


class Command(BaseCommand):
    help = (
        "Load a backup into an empty database and an empty folder, compare every row and file with its manifest, verify"
        " the history, and hold all letters until `release_letters`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--into",
            metavar="URL",
            help="postgres://… of the empty database. With a password say it by RESTORE_INTO or RESTORE_INTO_FILE,"
            " which names a file that holds it: other users of the machine see the words of a command.",
        )
        parser.add_argument("--media", type=Path, default=None, help="Empty folder for the files (MEDIA_ROOT)")

    def handle(self, *args: Any, **options: Any) -> None:
        media = (options["media"] or Path(settings.MEDIA_ROOT)).absolute()
        into = options["into"] or environ.FileAwareEnv().str("RESTORE_INTO", "")
        if not into:
            raise CommandError("Say which empty database: --into, RESTORE_INTO or RESTORE_INTO_FILE.")
        try:
            manifest = put_back(options["folder"].absolute(), into, media)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        hold(into, manifest)
        self._verify(into, manifest.seal)
        rows = sum(count for count, _digest in manifest.tables.values())
        self.stdout.write(f"{rows} rows and {len(manifest.files)} files are as they were at {manifest.made_at}.")
        for name in manifest.missing:
            self.stderr.write(f"Not in the backup, though a row names it: {name}")
        self.stdout.write("Letters are held until `manage.py release_letters` is said there.")

    def _verify(self, url: str, head: str) -> None:
        """The chain of the history, computed in the restored database."""
        with tempfile.TemporaryDirectory() as nothing:
            here = {"DATABASE_URL": url, "SEAL_FILE": str(Path(nothing) / "seals"), "SECRET_KEY": settings.SECRET_KEY}
            here["SEAL_KEYS"] = ",".join(settings.SEAL_KEYS)
            words = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "verify_history"]
            found = subprocess.run(
                [*words, *(["--head", head] if head else [])],
                env=_environment(here),
                capture_output=True,
                text=True,
                check=False,
            )
        if found.returncode:
            raise CommandError(f"The rows are those of the backup, but: {found.stderr.strip()[-1000:]}")


def _environment(said: dict[str, str]) -> dict[str, str]:
    """Ours with these in place of their namesakes, and without NAME_FILE, which the settings would rather read."""
    files = {f"{name}_FILE" for name in said}
    return {name: value for name, value in os.environ.items() if name not in files} | said
