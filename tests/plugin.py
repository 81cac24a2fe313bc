"""Servers of its own for a test run; loaded with `-p` (pyproject.toml), since a conftest.py is too late for settings.

DATABASE_URL and REDIS_URL, when set, name the servers to test against instead; the database is `test_NAME` there.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import Attached, attach
from config.servers import Refused

servers: list[Attached] = []
STARTED_HERE = "SIMPUL_TEST_SERVERS"  # names of the variables that lead to servers of ours


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Each process of a run (`-n 2`) has servers of its own: a worker lets go of those of who started it."""
    for name in os.environ.pop(STARTED_HERE, "").split():
        del os.environ[name]
    var = Path(tempfile.mkdtemp(prefix="simpul-test-"))
    var.chmod(0o711)  # root's servers run as `nobody`
    (var / "static").mkdir()
    os.environ |= {"DEBUG": "1", "SECRET_KEY": "only for tests", "VAR_DIR": str(var)}
    os.environ.pop("STATIC_ROOT", None)
    os.environ.pop("MEDIA_ROOT", None)
    try:
        environment, started = attach(var / "servers", throwaway=True)
    except Refused as refused:
        pytest.exit(str(refused), returncode=3)
    servers.extend(started)
    os.environ.clear()
    os.environ.update(environment)
    os.environ[STARTED_HERE] = " ".join(server.kind.variable for server in started)
    yield


def pytest_unconfigure() -> None:
    for server in servers:
        server.close()
    if "simpul-test-" in os.environ.get("VAR_DIR", ""):
        shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
