"""What was typed, made fit to be searched."""

from __future__ import annotations

LONGEST = 200  # characters that are searched


def cleaned(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST].strip()
