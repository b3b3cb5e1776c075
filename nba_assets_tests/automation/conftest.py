"""The simulated league of the automation tests: four teams, a game a date."""

from pathlib import Path

import pytest

from nba_assets.simulation.league import simulate


@pytest.fixture(scope="session")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("season") / "league"
    simulate(out, seasons=1, teams=4, seed=7, dates_per_season=32)
    return out
