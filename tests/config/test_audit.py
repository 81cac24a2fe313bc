"""What is said of an audit of our packages: a source that could not be asked is never a clean bill of health."""

import json
import subprocess
from pathlib import Path

import pytest

from config import audit
from config.audit import told

GOOD = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "pillow",
    "version": "9",
    "vulns": [{"id": "CVE-2030-1", "fix_versions": ["12.1"]}, {"id": "CVE-2030-2", "fix_versions": []}],
}
UNKNOWN = {"name": "celery", "version": "5.7", "skip_reason": "not found on the index"}


def test_nothing_known_is_said_with_its_number():
    assert told({"dependencies": [GOOD]}) == (["1 of 1 packages were checked; of 0 weaknesses are known."], 0)


def test_a_known_weakness_fails_and_names_the_way_out():
    lines, code = told({"dependencies": [GOOD, WEAK]})

    assert code == 1
    assert lines[:2] == ["pillow 9: CVE-2030-1, mended in 12.1", "pillow 9: CVE-2030-2, mended in no version yet"]


def test_what_was_not_asked_is_said():
    assert told({"dependencies": [UNKNOWN]}) == (
        [
            "NOT CHECKED: no source of advisories could be asked about any package.",
            "0 of 1 packages were checked; of 0 weaknesses are known.",
        ],
        0,
    )
    assert "Not checked, because the source does not know them: celery." in told({"dependencies": [GOOD, UNKNOWN]})[0]


PINS = """asgiref==3.11.0 \\
    --hash=sha256:aa
Django==5.2.19 ; python_version >= "3" \\
    --hash=sha256:bb \\
    --hash=sha256:cc
# a remark
pillow==12.0
"""


def test_one_package_is_asked_about_first():
    assert audit.first_to_ask(PINS) == (
        'Django==5.2.19 ; python_version >= "3" \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n'
    )
    assert audit.first_to_ask("pillow==12.0\n") == "pillow==12.0\n"


@pytest.fixture
def sources(monkeypatch, tmp_path):
    """What each source answers, in turn; the questions that were put to it."""
    answers, questions = {"pypi": [], "osv": []}, []

    def run(words, **_options):
        source = words[words.index("--vulnerability-service") + 1]
        questions.append((source, Path(words[words.index("-r") + 1]).read_text()))
        answer = answers[source].pop(0) if answers[source] else "cannot be reached"
        if answer is subprocess.TimeoutExpired:
            raise subprocess.TimeoutExpired(words, 1)
        said, wrong = ("", answer) if isinstance(answer, str) else (json.dumps({"dependencies": answer}), "")
        return subprocess.CompletedProcess(words, 1 if wrong else 0, said, wrong)

    monkeypatch.setattr(audit.importlib.util, "find_spec", lambda _name: True)
    monkeypatch.setattr(audit.subprocess, "run", run)
    pins = tmp_path / "pins.txt"
    pins.write_text(PINS)
    return answers, questions, pins


def test_the_second_source_is_asked_where_the_first_does_not_know_us(sources, capsys):
    answers, questions, pins = sources
    answers |= {"pypi": [[UNKNOWN]], "osv": [[GOOD], [GOOD, WEAK]]}

    assert audit.main(pins) == 1
    assert [source for source, _asked in questions] == ["pypi", "osv", "osv"]
    assert "asgiref" not in questions[0][1], "a source that does not know one package is not asked about all"
    assert "pillow 9: CVE-2030-1" in capsys.readouterr().out


def test_what_is_well_is_said_and_nobody_else_is_asked(sources, capsys):
    answers, questions, pins = sources
    answers["pypi"] = [[GOOD], [GOOD, UNKNOWN]]

    assert audit.main(pins) == 0
    assert {source for source, _asked in questions} == {"pypi"}
    assert "1 of 2 packages were checked; of 0 weaknesses are known." in capsys.readouterr().out


@pytest.mark.parametrize("answer", ["ConnectionError: no route", [UNKNOWN], [], subprocess.TimeoutExpired])
def test_where_nobody_can_be_asked_it_says_so_and_does_not_fail(sources, capsys, answer):
    answers, _questions, pins = sources
    answers |= {"pypi": [answer], "osv": [answer]}

    assert audit.main(pins) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("NOT CHECKED")


def test_ci_asks_before_the_tests():
    script = (Path(__file__).parents[2] / ".ci/run").read_text()

    assert script.index("bin/audit") < script.index("exec bin/test")
