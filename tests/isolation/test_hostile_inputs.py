"""Ten thousand hostile values (HOSTILE_INPUTS: more) in forms, filters and addresses: no error, no leak, no script that is kept.

The fields are those that the pages themselves show (every form and filter that an officer finds), so a new form is tried
without a line here. A request fills all fields of a form with values of its own; each of them counts as one input.
"""

import os
from html.parser import HTMLParser

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.isolation.world import PROBES, address, addresses, everything, leaks, make_world

INPUTS = int(os.environ.get("HOSTILE_INPUTS", "10000"))
MARK = "<zqx"  # begins every piece of markup that is sent: nowhere may it come back as markup
LONGEST = 20_000
FIELDS, TOKEN = ("input", "select", "textarea", "button"), "csrfmiddlewaretoken"

WORST = [
    "", " ", "\x00", "\x00\x01\x02", "\ud7ff\ue000", "a\u202eb", "\ufeff", "😀" * 50, "x" * LONGEST, "9" * 400, "-1", "0", "1e309",
    "NaN", "Infinity", "0x10", "١٢٣", "1,5", "2025-13-45", "0000-00-00", "9999-12-31", "10000-01-01", "31 Februari 2025",
    "24:61", "true", "null", "None", "[]", "{}", "{{7*7}}", "{% debug %}", "${7*7}", "%s%s%n", "%(x)s", "\\", "'", '"', "--",
    "' OR 1=1 --", "1; DROP TABLE visits_visit", "a&b|c!:*(", "\\%_", "../../etc/passwd", "file:///etc/passwd",
    "http://169.254.169.254/", "javascript:alert(1)", "data:text/html,x", "\r\nSet-Cookie: zq=1", "=cmd|' /C calc'!A0", "+1", "@SUM(1)",
    f"{MARK} onload=alert(1)>", f"\"'>{MARK}><script>alert(1)</script>", f"</script>{MARK}>", f"</textarea>{MARK}>", f"-->{MARK}>",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(WORST),
    st.text(max_size=60),
    st.integers(-(2**70), 2**70).map(str),
    st.dates().map(str),
    st.text(alphabet="<>\"'&;`=/\\", max_size=12).map(lambda text: MARK + text),
)


class Fields(HTMLParser):
    """The fields of each form of a page: [(method, action, [names])]."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.forms.append((found.get("method", "get").lower(), found.get("action", ""), []))
        elif self.forms and tag in FIELDS and found.get("name", TOKEN) != TOKEN:
            self.forms[-1][2].append(found["name"])


def forms_of(browser, world):
    """(address, method, names of fields) of every form that the officer finds on any page."""
    found = {}
    for name, parameters in addresses():
        url = address(name, parameters, world.ids)
        response = browser.get(url)
        page = everything(response)
        if response.status_code == 200 and "<form" in page and response["Content-Type"].startswith("text/html"):
            for method, action, names in Fields(page).forms:
                to = action if action.startswith("/") else url
                if names and "/logout/" not in to:
                    found[to.partition("?")[0], method] = sorted(
                        {*names, *found.get((to.partition("?")[0], method), ())}
                    )
    return [(to, method, names) for (to, method), names in sorted(found.items())]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_input_breaks_a_page_leaks_or_is_kept_as_a_script(db):
    world = make_world()
    browser = world.browser("officer")
    forms = forms_of(browser, world)
    keys = [value for group in world.foreign.values() for value in group.values() if isinstance(value, int)]
    sent = {"inputs": 0, "posts": 0, "gets": 0}

    @settings(
        max_examples=max(
            1, round(INPUTS / 10)
        ),  # a request fills 10.8 fields, measured; a form more or less changes it
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # what is wrong is said whole; making it smaller would take as long as finding it
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data):
        to, method, names = data.draw(st.sampled_from(forms))
        chosen = data.draw(st.lists(st.sampled_from(names), min_size=min(len(names), 40), max_size=60, unique=True))
        values = st.one_of(VALUES, st.sampled_from(keys).map(str))
        filled = {name: data.draw(values) for name in chosen}
        with transaction.atomic():  # an error of the database shows as 500 and must not spoil the next request
            response = getattr(browser, method)(to, filled)
            text = everything(response)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        sent["inputs"] += len(filled)
        sent["posts" if method == "post" else "gets"] += 1
        assert response.status_code < 500, (to, method, filled)
        assert not leaks("officer", text), (to, method, filled)
        assert MARK not in text or not response["Content-Type"].startswith("text/html"), (to, method, filled)
        assert "zq" not in response.cookies, (to, method, filled)

    send()

    assert len(forms) > 100, "the forms are found"
    assert sent["inputs"] >= INPUTS, sent
    for name, parameters in addresses():  # what was kept, on every page
        response = browser.get(address(name, parameters, world.ids))
        text = everything(response)
        assert response.status_code < 500 or name in PROBES, name
        assert MARK not in text or not response["Content-Type"].startswith("text/html"), name
