"""A real Chromium for the tests in this folder: `page` is a fresh window of it, without cookies.

Where none is installed the tests are left out, with the reason; SIMPUL_REQUIRE_BROWSER=1 makes that a failure.
"""

import os
import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in the thread of the tests

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HINT = "install Debian's chromium, or set SIMPUL_BROWSER to the path of one"


def find_browser():
    """The path of a Chromium that starts, and None; or None and why there is none."""
    told = os.environ.get("SIMPUL_BROWSER")
    for name in (told,) if told else NAMES:
        path = shutil.which(name)
        if path:
            done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=60)
            if done.returncode == 0:
                return path, None
    return None, f"no Chromium found ({HINT})"


@pytest.fixture(scope="session", autouse=True)
def browser():
    """Autouse, so that it comes before the live server: who has no browser needs no database."""
    path, why_not = find_browser()
    if why_not:
        (pytest.fail if os.environ.get("SIMPUL_REQUIRE_BROWSER") == "1" else pytest.skip)(why_not)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    context.set_default_timeout(10_000)
    asked = watched(context)
    page = context.new_page()
    yield page
    until_answered(page, asked)
    context.close()


def watched(context):
    """The requests of a window that are not answered yet."""
    asked = set()
    context.on("request", lambda request: asked.add(request))  # noqa: PLW0108 - Playwright writes on what it is given
    context.on("requestfinished", lambda request: asked.discard(request))  # noqa: PLW0108 - likewise
    context.on("requestfailed", lambda request: asked.discard(request))  # noqa: PLW0108 - likewise
    return asked


def until_answered(page, asked):
    """Parts of pages are fetched after the page: what the server still works on needs the database of the test."""
    for _ in range(100):
        if not asked or page.is_closed():
            return
        page.wait_for_timeout(50)


def pytest_terminal_summary(terminalreporter):
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if "tests/browser/" in report.nodeid]
    if left_out:
        reasons = sorted({str(report.longrepr[2]).removeprefix("Skipped: ") for report in left_out})
        names = sorted({report.nodeid.partition("::")[0] for report in left_out})
        terminalreporter.write_line(
            f"{len(left_out)} browser tests were left out: {'; '.join(reasons)}. They are in {', '.join(names)}.",
            yellow=True,
        )
