"""The league's clock when its server does not answer."""

from __future__ import annotations

import socket

import pytest

from nba_assets.sources import league_clock as moment
from nba_assets.sources.league_clock import LeagueClock


def test_a_league_that_never_answers_is_an_error_and_not_a_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moment, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ConnectionError, match=r"does not answer with its time within 0\.2 s"):
            LeagueClock(url).now()
