"""constraints.txt is what every machine installs: complete, exact, with hashes, and from no particular index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "constraints.txt").read_text().splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUN, TEST = PROJECT["dependencies"], PROJECT["optional-dependencies"]["test"]


@pytest.mark.parametrize("address", ["http", "file:", "--index", "--extra-index", "--find-links", "@"])
def test_no_index_is_named(address):
    assert [line for line in LINES if address in line] == []


@pytest.mark.parametrize("requirement", RUN + TEST)
def test_every_dependency_is_pinned(requirement):
    assert _name(requirement) in _pinned(LINES)


@pytest.mark.parametrize("requirement", RUN)
def test_what_the_product_needs_stands_before_what_only_tests_need(requirement):
    mark = LINES.index("# From here on: what only bin/test needs")

    assert _name(requirement) in _pinned(LINES[:mark])


def test_every_pin_is_exact_and_has_hashes():
    text = "\n".join(line for line in LINES if not line.startswith("#")) + "\n"
    pin = r"[A-Za-z0-9._-]+==[^ ]+(?: ; [^\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"

    assert re.sub(pin, "", text) == ""


def _pinned(lines):
    return {_normal(line.partition("==")[0]) for line in lines if re.match(r"[A-Za-z0-9]", line)}


def _name(requirement):
    return _normal(re.match(r"[A-Za-z0-9._-]+", requirement)[0])


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
