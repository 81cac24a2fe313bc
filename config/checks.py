"""Misconfiguration, said before it hurts: `manage.py check`, which also every other command runs first."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own names
from django.db import connections


@register
def configuration(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"] != "records.postgresql":
        found.append(
            Error(
                "The database is not PostgreSQL.",
                hint="Set DATABASE_URL to postgres://USER:PASSWORD@HOST:5432/NAME.",
                id="simpul.E001",
            )
        )
    if settings.MAX_UPLOAD_MB < 1:
        found.append(
            Error("No file can be uploaded.", hint="Set MAX_UPLOAD_MB to 1 or more (default 25).", id="simpul.E002")
        )
    kept = next(folder for folder in (settings.MEDIA_ROOT, *settings.MEDIA_ROOT.parents) if folder.exists())
    if not kept.is_dir() or not os.access(kept, os.W_OK):
        found.append(
            Error(
                f"Uploaded files cannot be kept: {kept} cannot be written.",
                hint="Set MEDIA_ROOT to a folder that the web process may write.",
                id="simpul.E003",
            )
        )
    return found


@register(Tags.translation)
def catalogues(**_: Any) -> list[CheckMessage]:
    """Uncompiled translations show English to everybody, silently."""
    sources = [source for folder in settings.LOCALE_PATHS for source in Path(folder).glob("*/LC_MESSAGES/django.po")]
    return [
        Warning(
            f"The translations in {source} are not compiled as they are now.",
            hint="Run: bin/manage catalogues",
            id="simpul.W001",
        )
        for source in sources
        if not any(_newer(compiled, source) for compiled in _compiled(source))
    ]


@register(Tags.database)
def database_version(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Only `migrate` and `check --database default` ask this: it connects."""
    return [
        Error("PostgreSQL is older than 15.", hint="Upgrade it, or leave DATABASE_URL out.", id="simpul.E004")
        for name in databases or []
        if connections[name].vendor == "postgresql" and connections[name].pg_version < 150_000  # type: ignore[attr-defined]
    ]


def _compiled(source: Path) -> list[Path]:
    return [folder / source.parts[-3] / "LC_MESSAGES/django.mo" for folder in map(Path, settings.LOCALE_PATHS)]


def _newer(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime
