import pytest

from records import rows
from tests.isolation.doors import Doors


@pytest.fixture
def hung_doors(db, monkeypatch, settings, tmp_path):
    """Calls of `visible_to` can be taken away."""
    settings.MEDIA_ROOT = tmp_path
    hung = Doors()
    hung.hang_in(monkeypatch)
    return hung


@pytest.fixture
def doors(hung_doors, monkeypatch):
    """The same, and the second layer shows everybody everything."""
    monkeypatch.setattr(rows, "person", lambda _user: rows.EVERYBODY)
    return hung_doors
