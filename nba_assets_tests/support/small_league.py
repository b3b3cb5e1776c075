"""A league of six teams for days through a real daemon, and its past in a lake, with one model."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from nba_assets.runs.materialize import materialize
from nba_assets.settings import Settings
from nba_assets.simulation.league import simulate
from nba_assets.simulation.server.world import Match, World

FIRST = dt.date(2024, 10, 22)
_MONDAY = 0


def make_league(folder: Path) -> None:
    """Six teams and 42 days, with matinees on Sundays, in a new folder."""
    simulate(folder, seasons=1, teams=6, seed=10, season_dates=_no_mondays, matinees=True)


def _no_mondays(_: str) -> list[dt.date]:
    """Every day but Mondays: the week is trained on its Tuesday, and a daemon that rests has no next date."""
    days = (FIRST + dt.timedelta(n) for n in range(42))
    return [day for day in days if day.weekday() != _MONDAY]


def make_past(folder: Path, league: Path, last: dt.date) -> None:
    """Materialize the league's dates to the last one, on which a model is trained."""
    archive = Settings(  # type: ignore[call-arg]
        lake=str(folder / "lake"), archive_dir=league, DAGSTER_HOME=folder / "dagster"
    )
    training = {
        "systems": ["xgboost_v1"], "retrain_calendar": "every_date", "first_date": str(last),
        "override_reason": "a small league",
    }  # fmt: skip
    assert materialize(archive, FIRST, last, progress=False, retrain=training).success


def has_mistake(world: World, match: Match) -> bool:
    """Whether a box score is corrected later."""
    return world.log(match, match.ends) != world.log(match, match.corrected)
