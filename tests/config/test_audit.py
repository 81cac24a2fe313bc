"""What is said of an audit of our packages: a source that could not be asked is never a clean bill of health."""

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
