"""Takes away one call of `visible_to` after the other: the crawl must notice each.

A call that is taken away gives back every row. First it is learned which requests come by which call; then each call is
taken away while these requests are sent again, until one of them shows a token that its sender must not read, or is
answered otherwise than the table says. Row-level security is switched off meanwhile, else it would hide the gap.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from tests.isolation.world import ASK, address, addresses, everything, leaks, make_world
from tests.test_addresses import codes_for

ROOT = Path(settings.BASE_DIR)
PEOPLE = ("stranger", "unit user", "other side", "officer", "viewer", "supervisor")


def sites():
    """(file, line, column) at the end of each call of `visible_to` in the code of the apps."""
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if folder.parent != ROOT or app.label == "workshop":
            continue
        for file in sorted(folder.rglob("*.py")):
            if "migrations" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "visible_to":
                    yield str(file.relative_to(ROOT)), node.end_lineno, node.end_col_offset


def caller(frame):
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    file = Path(frame.f_code.co_filename)
    name = str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)
    return name, positions[1], positions[3]


class Watch:
    """What came by which call, and which call is taken away."""

    def __init__(self):
        self.hits = defaultdict(dict)
        self.now = None
        self.gone = None

    def wrap(self, original):
        def visible_to(queryset, user):
            site = caller(sys._getframe(1))
            if self.now is not None:
                self.hits[site].setdefault(self.now)
            if site == self.gone:
                return queryset.all()
            return original(queryset, user)

        return visible_to


@pytest.fixture
def watch(monkeypatch):
    watching = Watch()
    kinds = {type(model._default_manager.all()) for model in apps.get_models()}
    for kind in {base for given in kinds for base in given.__mro__ if "visible_to" in vars(base)}:
        monkeypatch.setattr(kind, "visible_to", watching.wrap(vars(kind)["visible_to"]))
    return watching


def requests(world):
    """(who, method, name, address, question, expected status or None) in the order in which they are likely to tell."""
    every = list(addresses())
    for who in PEOPLE:
        for name, parameters in every:
            codes = codes_for(name)
            if parameters:
                expected = codes["stranger"] if codes["stranger"] == 404 else None
                for method in ("get", "post"):
                    status = expected if method == "get" or codes["officer"] != 405 else None
                    yield who, method, name, address(name, parameters, world.foreign), (), status
            yield who, "get", name, address(name, parameters, world.ids), (), codes[who]
            if not parameters:
                for question in ({"q": ASK}, {"text": ASK}):
                    yield who, "get", name, address(name, parameters, world.ids), tuple(question.items()), None


def fault(browsers, request):
    """What is wrong with the answer, or nothing; what it changed is taken back."""
    who, method, _name, url, question, expected = request
    with transaction.atomic():
        response = getattr(browsers[who], method)(url, dict(question))
        text = everything(response)
        transaction.set_rollback(True)
    if response.status_code >= 500 and expected != response.status_code:
        return "an error"
    if expected is not None and response.status_code != expected:
        return f"{response.status_code} instead of {expected}"
    return leaks(who, text)


def test_each_call_of_visible_to_is_needed(db, watch):
    world = make_world()
    browsers = {who: world.browser(who) for who in PEOPLE}
    for request in requests(world):
        watch.now = request
        fault(browsers, request)
    watch.now = None
    faulty_before = {request for hits in watch.hits.values() for request in hits if fault(browsers, request)}

    left = {}
    for site in sites():
        watch.gone = site
        asked = [request for request in watch.hits.get(site, {}) if request not in faulty_before]
        if not any(fault(browsers, request) for request in asked):
            left[site] = len(asked)
        watch.gone = None

    assert left == {}, "file, line and column of calls that nothing misses, and how many requests came by"
