"""What an operator copies from `deploy/` and docs/installation.md names only what is there."""

import configparser
import re
import shlex
import shutil
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "installation.md").read_text()
UNITS = sorted(DEPLOY.glob("*.service"))


def started(unit):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(unit.read_text())
    return shlex.split(parser["Service"]["ExecStart"])


def test_every_setting_of_the_example_is_one():
    known = set(re.findall(r"`([A-Z_]{4,})`", (ROOT / "README.md").read_text()))
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "environment").read_text(), re.MULTILINE)

    assert len(names) > 10
    assert set(names) - known == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_a_unit_starts_is_installed(unit):
    program = started(unit)[0].replace("/srv/simpul/.venv/bin/", "")

    assert shutil.which(program) or (ROOT / ".venv" / "bin" / program).exists()


def test_the_backup_is_made_by_a_command_that_takes_these_words():
    _exec, program, name, *words = started(DEPLOY / "simpul-backup.service")[-1].split()
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)

    assert program == "bin/manage"
    assert parser.parse_args([words[0], words[-1]]).link


def test_the_guide_names_commands_and_files_that_exist():
    commands = set(re.findall(r"^    (?:nice )?simpul (\w+)", GUIDE, re.MULTILINE))
    files = re.findall(r"deploy/([\w.*-]+)", GUIDE)

    assert {"migrate", "load_regions", "catalogues", "collectstatic"} <= commands
    assert commands <= set(get_commands())
    assert all(list(DEPLOY.glob(name)) for name in files)
    assert set(re.findall(r"simpul-[a-z]+(?=[ \n])", GUIDE)) <= {unit.stem for unit in UNITS}
