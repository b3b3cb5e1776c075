"""What time it is in the league, where nobody says so; and who may know the simulator."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

import nba_assets.sources
from nba_assets.sources import moment
from nba_assets.sources.moment import LeagueClock


def test_a_league_that_never_answers_is_an_error_and_not_a_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moment, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ConnectionError, match=r"does not say what time it is within 0\.2 s"):
            LeagueClock(url).now()


def test_the_real_sources_never_import_the_simulator() -> None:
    folder = Path(nba_assets.sources.__file__).parent
    real = [path for path in folder.rglob("*.py") if "simulated" not in path.parts]
    guilty = [
        path.name for path in real if re.search(r"(from|import) .*sources\.simulated", path.read_text())
    ]
    assert len(real) > 30
    assert guilty == []
