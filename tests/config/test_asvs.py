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


@pytest.mark.parametrize(("requirement", "said"), EVIDENCE)
def test_what_is_named_as_evidence_exists(requirement, said):
    if said.startswith("setting:"):
        assert getattr(settings, said.removeprefix("setting:"), None) is not None, requirement
        return
    path, _, test = said.partition("::")
    assert (ROOT / path).exists(), requirement
    if test:
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text(), re.MULTILINE), requirement


def test_what_is_met_is_shown_and_what_is_not_has_its_reason():
    for row in ROWS:
        assert row["status"] in {"met", "open", "deploy", "n/a"}, row
        assert row["evidence"] if row["status"] == "met" else row["note"], row


def test_nothing_of_level_one_is_open_and_at_most_five_of_level_two():
    still = Counter(row["level"] for row in ROWS if row["status"] == "open")

    assert still["1"] == 0
    assert still["2"] <= 5
