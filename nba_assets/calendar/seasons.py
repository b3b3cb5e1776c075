"""The season of a day or a game, and its name: the one season rule of the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

# No season has started before October, and none but 2019-20 has ended after July.
_FIRST_MONTH = 8
_LATE_ENDINGS = {2019: dt.date(2020, 10, 11)}  # the Finals in the bubble
_STRETCH = 80  # dates
_OPEN = (11, 1)  # month and day by which a season of the usual calendar has had its opening night


def season_name(first_year: int) -> str:
    """``2024-25`` for the season that starts in 2024."""
    return f"{first_year}-{(first_year + 1) % 100:02d}"


def first_year(season: str) -> int:
    """Calendar year in which a season starts.

    Raises:
        ValueError: not the name of a season, such as ``2024-25``.
    """
    year = int(season[:4]) if season[:4].isdigit() else 0
    if season != season_name(year):
        raise ValueError(f"{season!r} is not a season such as 2024-25")
    return year


def season_of(date: dt.date) -> str:
    """Season of a day; the days of a summer belong to the season that they precede."""
    year = date.year - (date.month < _FIRST_MONTH)
    ending = _LATE_ENDINGS.get(year - 1)
    return season_name(year - (ending is not None and date <= ending))


def season_of_id(game_id: str) -> str:
    """Season of a game, by the two digits of its NBA id that name the first year."""
    year = int(game_id[3:5])
    return season_name((1900 if year >= 46 else 2000) + year)  # the league began in 1946


def season_start(date: dt.date) -> dt.date:
    """First day of the season that a day belongs to, months before its first game."""
    year = first_year(season_of(date))
    ending = _LATE_ENDINGS.get(year - 1)
    return dt.date(year, _FIRST_MONTH, 1) if ending is None else ending + dt.timedelta(1)


def season_starts(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """:func:`season_start` of each day of an array, ``datetime64[D]``."""
    unique, places = np.unique(days.astype("datetime64[D]"), return_inverse=True)
    starts = [season_start(day) for day in unique.tolist()]
    return np.array(starts, dtype="datetime64[D]")[places]


def open_by(season: str) -> dt.date:
    """Date by which a season of the usual calendar has had its opening night."""
    return dt.date(first_year(season), *_OPEN)


def by_season(dates: Sequence[dt.date]) -> dict[str, list[dt.date]]:
    """Dates in order, by season, the oldest season first."""
    found: dict[str, list[dt.date]] = {}
    for date in sorted(dates):
        found.setdefault(season_of(date), []).append(date)
    return found


def by_stretch(dates: Sequence[dt.date]) -> dict[str, list[dt.date]]:
    """Dates in order, in even stretches of at most 80 of one season, the oldest first."""
    stretches = {
        season: np.array_split(np.array(days, dtype=object), -(-len(days) // _STRETCH))
        for season, days in by_season(dates).items()
    }
    return {
        f"{season}, {number}": list(days)
        for season, found in stretches.items()
        for number, days in enumerate(found, 1)
    }


def holdout_seasons(complete: Sequence[str]) -> tuple[tuple[str, ...], str, str]:
    """Seasons to train on, the one to stop and calibrate on, and the one to test on: the newest complete one.

    Raises:
        ValueError: fewer than three complete seasons.
    """
    if len(complete) < 3:
        raise ValueError(f"a hold-out needs three complete seasons, not {len(complete)}")
    *train, stop, test = sorted(complete)
    return tuple(train), stop, test


def complete_seasons(schedule: pd.DataFrame) -> list[str]:
    """Seasons that were played to the end, oldest first: every game is final, playoffs included.

    Args:
        schedule: raw_schedule (season, season_type, status).
    """
    played = schedule[schedule["status"].ne("postponed").to_numpy(bool)]
    games = pd.DataFrame(
        {
            "season": played["season"].astype(object),
            "final": played["status"].eq("final").to_numpy(bool),
            "playoffs": played["season_type"].eq("Playoffs").to_numpy(bool),
        }
    )
    seasons = games.groupby("season").agg(final=("final", "all"), playoffs=("playoffs", "any"))
    return sorted(seasons.index[seasons["final"] & seasons["playoffs"]])
