"""Eighty hostile uploads, each looked into with 512 MB and ten seconds: none crashes, none is kept for what it is not, none runs."""

import json
import os
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.accepted import TYPES
from documents.serving import HEADERS, serve
from documents.uploads import clean_name, look_into
from tests.documents import files
from tests.documents.hostile import JS, KEPT, MADE_ANEW, MOST_SECONDS, REFUSED, corpus
from visits.models import VisitAttachment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of each, in a process of its own."""
    folder, wanted = tmp_path_factory.mktemp("hostile"), []
    for number, (name, content, wants) in enumerate(corpus()):
        (folder / f"{number:03}.bin").write_bytes(content)
        (folder / f"{number:03}.json").write_text(json.dumps(name))
        wanted.append((name, wants))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.hostile", str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(wanted), done.stderr[-2000:]
    return [(name, wants, one) for (name, wants), one in zip(wanted, found, strict=True)]


def test_there_are_enough_of_them(outcomes):
    assert len(outcomes) >= 60


def test_none_is_a_crash(outcomes):
    assert [(name, one["crash"]) for name, _wants, one in outcomes if one["crash"]] == []


def test_none_takes_long(outcomes):
    assert [(name, one["seconds"]) for name, _wants, one in outcomes if one["seconds"] > MOST_SECONDS] == []


def test_each_ends_as_it_must(outcomes):
    ends = [(name, wants, REFUSED if one["why"] else KEPT) for name, wants, one in outcomes]

    assert [(name, wants, end) for name, wants, end in ends if end != (KEPT if wants == MADE_ANEW else wants)] == []


def test_what_is_kept_is_kept_for_what_it_is(outcomes):
    """By its first bytes, whatever it was called."""
    beginnings = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}
    kept = [(name, one) for name, _wants, one in outcomes if not one["why"]]

    assert len(kept) >= 10
    for name, one in kept:
        assert one["type"] == TYPES[Path(one["kept"]).suffix], name
        assert bytes.fromhex(one["content"]).startswith(beginnings.get(one["type"], b"PK\x03\x04")), name


def test_a_picture_holds_nothing_of_what_was_hidden_in_it(outcomes):
    made = [bytes.fromhex(one["content"]) for _name, wants, one in outcomes if wants == MADE_ANEW]

    assert len(made) >= 4
    for content in made:
        assert JS not in content
        assert b"<?php" not in content
        assert b"PK\x03\x04" not in content


def test_a_kept_name_is_one_harmless_line(outcomes):
    for _name, _wants, one in outcomes:
        kept = one["kept"]
        assert not set(kept) & set("/\\\r\n\0\u202e")
        assert len(kept) <= 150


@pytest.mark.django_db  # an answer that is closed looks after connections
@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1.pdf", 'a";filename="b.exe.pdf', "\u202efdp.exe.pdf", "née ☃.pdf", "x" * 300 + ".pdf"]
)
def test_what_is_kept_is_served_under_guard(name, shown, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = look_into(SimpleUploadedFile("x.pdf", files.pdf() + JS + b"%%EOF"))
    attachment = VisitAttachment(filename=clean_name(name), content_type=paper.content_type)
    attachment.file.save("x.pdf", paper.content, save=False)
    answer = serve(attachment, shown=shown)

    for header, value in HEADERS.items():
        assert answer[header] == value
    assert answer["Content-Type"] == "application/pdf"
    said = Message()
    said["Content-Disposition"] = answer["Content-Disposition"]
    assert said.get_content_disposition() == ("inline" if shown else "attachment")
    assert "Set-Cookie" not in answer.headers
    assert "\r" not in answer["Content-Disposition"]
    assert "\n" not in answer["Content-Disposition"]
    answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/javascript", ""])
def test_a_type_that_is_not_ours_is_never_told_to_a_browser(kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    attachment = VisitAttachment(filename="x.pdf", content_type=kind)
    attachment.file.save("x.pdf", SimpleUploadedFile("x.pdf", JS), save=False)
    answer = serve(attachment, shown=True)

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    answer.close()
