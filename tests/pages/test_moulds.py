"""Templates that are rendered once and filled many times say what they would say if they were rendered each time."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from pages.moulds import Mould, below_each_other

LINE = {
    "heading": "Kirim <b>laporan</b> & 'kutipan' \"lain\"",
    "due": "22 November 2026",
    "late": "3 days overdue",
    "since": "",
    "blocked": "Blocked",
    "responsible": "\ue000url\ue001 {{ url }} %s",
    "requested_by": "",
    "news": SafeString("<br>".join(["a", "b"])),
    "url": "http://x.test/1/",
    "done_url": "http://x.test/1/done/",
}


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("without", ["", "due", "late", "blocked", "responsible", "news"])
@pytest.mark.parametrize("template", ["followups/_letter_line.html", "followups/_letter_line.txt"])
def test_what_is_filled_equals_what_is_rendered(template, without, language):
    words = LINE | ({without: ""} if without else {}) | ({"since": "1 May 2026"} if without == "due" else {})
    mould = Mould(template, plain=template.endswith("txt"))

    with translation.override(language):
        assert mould.fill(words) == render_to_string(template, words)
        assert mould.fill(words) == mould.fill(words)


def test_only_html_made_by_us_stands_as_it_is():
    words = {"opening": "<script>", "late": SafeString("<p>ok</p>"), "coming": "", "more": "", "mine": "http://x.test/"}

    html = Mould("followups/letter.html").fill(words)

    assert "&lt;script&gt;" in html
    assert "<p>ok</p>" in html
    assert isinstance(html, SafeString)
    assert not isinstance(Mould("followups/letter.txt", plain=True).fill(words), SafeString)


def test_lines_below_each_other_are_escaped():
    assert below_each_other(["a<b", "c"]) == "a&lt;b<br>c"
