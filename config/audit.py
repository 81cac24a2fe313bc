"""Are weaknesses known of what we stand on? Says what was asked, what was found, and plainly what could not be asked.

    bin/audit            all pins of constraints.txt
    bin/audit FILE       those of another requirements file

pip-audit calls a package that its source of advisories does not know “skipped” and is content: a source that cannot be
reached looks like a clean bill of health. Not here.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"


def told(report: dict[str, Any]) -> tuple[list[str], int]:
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
    words = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", str(file), *words], capture_output=True, text=True, check=False
    )
    try:
        lines, code = told(json.loads(done.stdout))
    except ValueError:  # it wrote no report: the source cannot be reached
        lines, code = [f"NOT CHECKED: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}"], 0
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PINS))
