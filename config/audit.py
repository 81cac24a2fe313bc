"""Are weaknesses known of what we stand on? Says what was asked, what was found, and plainly what could not be asked.

    bin/audit            all pins of constraints.txt
    bin/audit FILE       those of another requirements file

pip-audit calls a package that its source of advisories does not know “skipped” and is content: a source that cannot be
reached looks like a clean bill of health. Not here. Each source is asked about one package first; one that does not
know that is not asked about the others.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"
SOURCES = {"pypi": "the package index", "osv": "osv.dev"}  # as pip-audit names them, and in words
KNOWN_TO_ALL = "django"
PATIENCE = 300  # seconds, for one source
HOW = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", "10", "--format", "json"]

Report = dict[str, Any]


def told(report: Report) -> tuple[list[str], int]:
    """What to say of a report of pip-audit, and the exit code: 1 for a known weakness, else 0 (also unasked)."""
    packages = report.get("dependencies", [])
    asked = [one for one in packages if "skip_reason" not in one]
    weak = [one for one in asked if one.get("vulns")]
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in weak
        for flaw in one["vulns"]
    ]
    if not asked:
        lines.append("NOT CHECKED: no source of advisories could be asked about any package.")
    elif len(asked) < len(packages):
        missing = ", ".join(sorted(one["name"] for one in packages if "skip_reason" in one))
        lines.append(f"Not checked, because the source does not know them: {missing}.")
    lines.append(f"{len(asked)} of {len(packages)} packages were checked; of {len(weak)} weaknesses are known.")
    return lines, 1 if weak else 0


def main(file: Path) -> int:
    if importlib.util.find_spec("pip_audit") is None:
        print("NOT CHECKED: pip-audit is not installed here.")
        return 0
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(first_to_ask(file.read_text()))
        one.flush()
        for source, name in SOURCES.items():
            report, why = ask(source, Path(one.name))
            if any("skip_reason" not in package for package in report.get("dependencies", [])):
                report, why = ask(source, file)
            if any("skip_reason" not in package for package in report.get("dependencies", [])):
                lines, code = told(report)
                print(f"Known weaknesses, asked of {name}:", *lines, sep="\n")
                return code
            print(f"{name} cannot be asked: {why or 'it does not know our versions'}")
    print("NOT CHECKED: no source of advisories could be asked about any package.")
    return 0


def first_to_ask(pins: str) -> str:
    """One pin with its hashes: of a package that every source knows, else the first."""
    found: list[str] = re.findall(r"^[A-Za-z0-9].*(?:\n +--hash.*)*", pins, re.MULTILINE)
    known = [pin for pin in found if re.match(rf"{KNOWN_TO_ALL}==", pin, re.IGNORECASE)]
    return (known or found or [""])[0] + "\n"


def ask(source: str, file: Path) -> tuple[Report, str]:
    """The report of pip-audit; without one, why there is none."""
    words = [sys.executable, "-m", "pip_audit", "-r", str(file), "--vulnerability-service", source, *HOW]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {}, "no answer in time"
    try:
        report: Report = json.loads(done.stdout)
    except ValueError:
        return {}, (done.stderr.strip().splitlines() or ["no answer"])[-1][:160]
    return report, ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PINS))
