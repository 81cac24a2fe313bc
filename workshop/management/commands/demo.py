"""`bin/manage demo`: an empty database becomes the demo; a second time changes nothing."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workshop.demo.accounts import ACCOUNTS, in_words
from workshop.demo.fill import NotEmpty, fill
from workshop.demo.texts import attach


class Command(BaseCommand):
    help = (
        "Fills an empty database with the five articles, a made-up year of visits around today, and people to sign in "
        "as. Where the demo is already, nothing changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accounts", action="store_true", help="only print the accounts: address, password, role, place"
        )
        parser.add_argument("--json", action="store_true", help="with --accounts: as JSON")
        parser.add_argument(
            "--articles", type=Path, metavar="DIR", help="add the full texts of the articles from the .txt files in DIR"
        )

    def handle(self, **options: Any) -> None:
        if options["accounts"]:
            self._print_accounts(as_json=options["json"])
            return
        folder: Path | None = options["articles"]
        if folder and not folder.is_dir():
            raise CommandError(
                f"{folder} is not a folder. Give --articles the folder that holds the texts as .txt files."
            )
        self._fill()
        if folder:
            self._attach(folder)

    def _fill(self) -> None:
        try:
            filled = fill(today=timezone.localdate())
        except NotEmpty as found:
            raise CommandError(
                f"{found} The demo fills only an empty one, so nothing was changed. Give it another database in "
                "DATABASE_URL."
            ) from None
        self.stdout.write("The demo is filled in." if filled else "The demo is here already: nothing was changed.")

    def _attach(self, folder: Path) -> None:
        found = attach(folder)
        for one in found:
            self.stdout.write(f"{one.file.name}: the text of {one.sources} source(s)")
            for quote in one.misquoted:
                self.stderr.write(f"{one.file.name} does not contain the words “{quote}”.")
        if not found:
            self.stdout.write(f"No text in {folder} is that of an article that still waits for one.")

    def _print_accounts(self, *, as_json: bool) -> None:
        accounts = [in_words(account) for account in ACCOUNTS]
        if as_json:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        for account in accounts:
            self.stdout.write("  {email:<28}  {password}  {role:<22}  {region}".format(**account).rstrip())
