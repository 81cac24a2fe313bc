"""The drill of the web process: what it counts, and one in small against real servers."""

import hashlib
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tests import factories as make
from tests.sent import problems_on
from tests.workshop.test_drill import schema
from workshop.drill.web import judging
from workshop.drill.web.book import Book
from workshop.drill.web.deeds import NEW, ROWS, altered, filled
from workshop.drill.web.flow import Asked, percentile, times
from workshop.drill.web.forms import fields_of
from workshop.drill.web.judging import Found
from workshop.drill.web.visitors import Answer

ROOT = Path(__file__).parents[2]


# In small, against real servers


def test_killed_web_processes_and_a_restarted_database_lose_nothing(django_db_setup):
    command = [sys.executable, str(ROOT / "manage.py"), "drill", "--web", "--quick", "--parts", "kills", "restart"]
    command += ["--rounds", "5", "--seconds", "3", "--visits", "60", "--rate", "5"]
    command += ["--seed", "3"]
    command += ["--schema", str(schema())] if schema() else []

    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)

    assert (ran.returncode, re.findall(".*MISSED.*", ran.stdout)) == (0, []), ran.stdout + ran.stderr[-3000:]
    assert ran.stderr.count("killed; answers after") == 5
    saves, _unknown = re.search(r"K +saves acknowledged, and without an answer: (\d+), (\d+)", ran.stdout).groups()
    assert int(saves) > 0


# What is counted


@pytest.fixture
def book():
    """One visit of two acknowledged saves, one paper and one picture."""
    made = Book()
    first = made.new(statements=2)
    first.acknowledged = True
    made.next(first.mark, statements=3).acknowledged = True
    made.paper(b"a paper", ".pdf").acknowledged = True
    made.paper(b"a picture", ".png", kept_as_sent=False).acknowledged = True
    return made


def row(stamp, statements, *, agenda=2):
    mark = stamp.partition("/")[0]
    return (mark, [stamp] * 3, [stamp] * 2, [stamp], [stamp] * agenda, [stamp] * statements, [stamp], [stamp])


@pytest.fixture
def found(book, tmp_path):
    """All of it as it was sent."""
    media, temporary = tmp_path / "media", tmp_path / "tmp"
    (media / "visitattachment").mkdir(parents=True)
    temporary.mkdir()
    rows = []
    for name, content, picture in [("drill-0000002.pdf", b"a paper", False), ("drill-0000003.png", b"made anew", True)]:
        file = f"visitattachment/{name[-5:]}"
        (media / file).write_bytes(content)
        rows.append((name, hashlib.sha256(content).hexdigest(), file, picture))
    (media / "visitattachment/3.png.webp").write_bytes(b"small")
    return Found([row("drill-0000001/2", 3)], rows, {row[2] for row in rows}, media, temporary)


def missed(book, found):
    figures = [*judging.saves("K", book, found), *judging.papers("K", book, found), *judging.files("K", 0, found)]
    return [figure.name.split(",")[0] for figure in [*figures, *judging.answers("K", book)] if not figure.holds]


HALF = "half-saved forms"


def test_a_drill_in_which_all_went_well_misses_nothing(book, found):
    assert missed(book, found) == []


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ([], ["visits lost that were acknowledged"]),
        ([row("drill-0000001/2", 3), row("drill-0000001/2", 3)], ["visits there twice"]),
        ([row("drill-0000001/2", 2)], [HALF]),
        ([row("drill-0000001/2", 3, agenda=1)], [HALF]),
        ([row("drill-0000001/1", 2)], [HALF]),  # an older state
        ([row("drill-0000001/2", 3), row("drill-0000009/1", 2)], ["visits that nobody sent"]),
    ],
)
def test_what_became_of_a_visit_is_noticed(book, found, stored, name):
    found.visits[:] = stored

    assert missed(book, found) == name


@pytest.mark.parametrize("number", [2, 3])
def test_a_save_without_an_answer_is_there_wholly_or_not_at_all(book, found, number):
    unknown = book.next("drill-0000001", statements=4)

    found.visits[:] = [row(f"drill-0000001/{number}", number + 1)]
    assert missed(book, found) == []
    found.visits[:] = [row(unknown.stamp, 3)]
    assert missed(book, found) == [HALF]


def test_what_became_of_a_paper_is_noticed(book, found):
    found.papers.append(found.papers[0])
    assert missed(book, found) == ["papers there twice"]
    del found.papers[0], found.papers[-1]
    assert missed(book, found) == ["papers lost that were acknowledged"]


def test_a_file_that_is_not_what_was_sent_is_noticed(book, found):
    (found.media / found.papers[0][2]).write_bytes(b"half a pap")

    assert missed(book, found) == ["papers of which the file is missing or not what was sent"]


def test_files_and_rows_without_each_other_are_noticed(book, found):
    (found.media / "visitattachment/left.pdf").write_bytes(b"")
    (found.temporary / "left").write_bytes(b"")
    found.named.add("visitattachment/gone.pdf")

    assert missed(book, found) == [
        "rows without their file",
        "files without a row after the clean-up",
        "temporary files left",
    ]


def test_answers_that_nobody_should_have_got_are_noticed(book, found):
    book.tell("save", 302, (302,))
    book.tell("save", 0, (302,))
    assert missed(book, found) == []
    book.tell("save", 403, (302,))

    assert missed(book, found) == ["answers that nobody should have got"]


# What is sent and measured


@pytest.mark.django_db
def test_every_part_of_a_visit_carries_the_stamp_of_its_save(client):
    officer = make.make_officer(make.make_region("Kota Batam", code="21.71"))
    make.make_malangs()
    client.force_login(officer)
    book = Book()
    save = book.new(statements=2)
    blank = fields_of(client.get(NEW).content.decode())
    for rows in ROWS:
        blank = fields_of(client.post(NEW, blank | {"add": rows}).content.decode())

    made = client.post(NEW, filled(blank, save, ["35.07", "35.73"]))
    assert made.status_code == 302, problems_on(made)
    form = fields_of(client.get(f"{made.headers['Location']}edit/").content.decode())
    changed = client.post(
        f"{made.headers['Location']}edit/", altered(form, book.next(save.mark, statements=3), total=2)
    )

    assert (made.status_code, changed.status_code) == (302, 302)
    with connection.cursor() as cursor:
        cursor.execute(judging.VISITS.replace("%%", "%"))
        (stored,) = cursor.fetchall()
    assert stored == row("drill-0000001/2", 3)


def test_times_count_from_when_the_request_was_due():
    began = time.monotonic()
    asked = [Asked("list", began - 1, Answer("/", 200, began, began + 0.5))]

    assert times(asked) == "p50 1500 ms, p95 1500 ms, p99 1500 ms, longest 1500 ms"
    assert percentile(random.sample(range(100), 100), 0.95) == 95
    assert percentile([], 0.5) == 0
