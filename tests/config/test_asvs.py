"""docs/asvs.csv: every requirement of OWASP ASVS 5.0, levels 1 and 2, with what shows that it holds."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
with (ROOT / "docs/asvs.csv").open(newline="") as table:
    ROWS = list(csv.DictReader(table))

# How many requirements of each section are of level 1 or 2, as the standard counts them (253: 70 and 183).
SECTIONS = {
    "V1": [2, 9, 11, 3, 2], "V2": [3, 3, 4, 1], "V3": [0, 2, 4, 6, 5, 0, 2], "V4": [3, 1, 2, 4], "V5": [1, 3, 2, 3],
    "V6": [3, 12, 4, 4, 5, 3, 0, 4], "V7": [3, 4, 2, 5, 2, 2], "V8": [2, 3, 1, 1], "V9": [3, 4],
    "V10": [2, 2, 4, 11, 5, 2, 3], "V11": [2, 3, 3, 4, 1, 1, 0], "V12": [3, 2, 4], "V13": [1, 5, 2, 5],
    "V14": [2, 4, 3], "V15": [3, 3, 7, 0], "V16": [1, 5, 4, 3, 3], "V17": [1, 4, 2],
}  # fmt: skip
EVIDENCE = [(row["id"], said) for row in ROWS for said in row["evidence"].split(";") if said]


def test_every_requirement_of_the_two_levels_is_there_once():
    told = Counter(re.match(r"V(\d+)\.(\d+)", row["id"])[0] for row in ROWS)
    wanted = {
        f"{chapter}.{n}": count for chapter, counts in SECTIONS.items() for n, count in enumerate(counts, 1) if count
    }

    assert told == wanted
    assert max(Counter(row["id"] for row in ROWS).values()) == 1
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}


def headings(page):
    return re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)


def anchor(heading):
    """As the address of a heading is made."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def lacking(said):
    """What of it does not exist: a setting, a file, a test or function in it, a section of a page; '' if all is there."""
    if said.startswith("setting:"):
        return "" if getattr(settings, said.removeprefix("setting:"), None) is not None else "no such setting"
    path, mark, part = re.fullmatch(r"([^:#]+)(::|#|)(.*)", said).groups()
    page = ROOT / path
    if not page.exists():
        return "no such file"
    if mark == "::" and not re.search(rf"^(?:async )?def {re.escape(part)}\(", page.read_text(), re.MULTILINE):
        return "no such test"
    if mark == "#" and part not in map(anchor, headings(page)):
        return "no such section"
    return "" if mark == "#" or page.suffix != ".md" or page.name != "README.md" else "a page is named by its section"


@pytest.mark.parametrize(("requirement", "said"), EVIDENCE)
def test_what_is_named_as_evidence_exists(requirement, said):
    assert lacking(said) == "", requirement


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("setting:NO_SUCH", "no such setting"),
        ("tests/no_such.py", "no such file"),
        ("tests/config/test_asvs.py::test_no_such", "no such test"),
        ("README.md#no-such", "no such section"),
        ("README.md", "a page is named by its section"),
    ],
)
def test_what_does_not_exist_is_found_out(said, why):
    assert lacking(said) == why


def test_sections_that_a_note_names_exist():
    named = [(row["id"], name) for row in ROWS for name in re.findall(r"README, ([A-Z][a-z ]+)", row["note"])]

    assert named
    assert [one for one in named if one[1].strip() not in headings(ROOT / "README.md")] == []


def test_a_file_or_folder_of_tests_that_is_named_holds_some():
    for requirement, said in EVIDENCE:
        page = ROOT / said.partition("::")[0]
        if not said.startswith("tests"):
            continue
        files = sorted(page.glob("**/test_*.py")) if page.is_dir() else [page]
        assert any(re.search(r"^def test_", file.read_text(), re.MULTILINE) for file in files), (requirement, said)


def test_what_is_met_is_shown_and_what_is_not_has_its_reason():
    for row in ROWS:
        assert row["status"] in {"met", "open", "deploy", "n/a"}, row
        assert row["evidence"] if row["status"] == "met" else row["note"], row


def test_nothing_of_level_one_is_open_and_at_most_five_of_level_two():
    still = Counter(row["level"] for row in ROWS if row["status"] == "open")

    assert still["1"] == 0
    assert still["2"] <= 5
