"""When a game starts, and until when a fact about it counts as known before the game."""

from __future__ import annotations

import pandas as pd

EASTERN = "America/New_York"
# If the tip-off is unknown, only what was captured before this hour of the game date may be used:
# no game but a few abroad has started earlier.
CUTOFF_WITHOUT_TIPOFF = pd.Timedelta(hours=12)
# Until when a capture is about the games of its own day where no tip-off is known.
_EVENING = pd.Timedelta(hours=18)


def eastern_date(moments: pd.Series) -> pd.Series:
    """US Eastern calendar date (midnight, no time zone) of UTC timestamps; NaT stays NaT."""
    return moments.dt.tz_convert(EASTERN).dt.tz_localize(None).dt.normalize().astype("datetime64[ns]")


def game_cutoffs(schedule: pd.DataFrame) -> pd.DataFrame:
    """Until when each game's facts count as pre-game: its tip-off, else noon US Eastern.

    In: schedule (game_id, game_date, home_team, away_team, tipoff_utc, is_neutral, is_postponed).
    Out: game_id*, game_date, home_team, away_team, is_neutral, tipoff_utc (nullable), cutoff_utc.
    Postponed games are left out: they have no tip-off on that date.
    """
    kept = ["game_id", "game_date", "home_team", "away_team", "is_neutral", "tipoff_utc"]
    games = schedule.loc[~schedule["is_postponed"].astype("bool"), kept].reset_index(drop=True)
    noon = _eastern_hour(games["game_date"], CUTOFF_WITHOUT_TIPOFF)
    return games.assign(cutoff_utc=games["tipoff_utc"].fillna(noon))


def date_cutoffs(schedule: pd.DataFrame) -> pd.DataFrame:
    """Until when a capture is filed under a game date: its last tip-off, 18:00 US Eastern for an unknown one.

    Whether a capture counts as known before a game is decided by ``game_cutoffs`` alone.

    In: schedule as in ``game_cutoffs``. Out: game_date*, cutoff_utc, sorted by both.

    Raises:
        ValueError: the cutoff of a date lies after the cutoff of a later date.
    """
    games = game_cutoffs(schedule)
    last = games["tipoff_utc"].fillna(_eastern_hour(games["game_date"], _EVENING))
    dates = last.groupby(games["game_date"]).max().to_frame("cutoff_utc")
    if not dates["cutoff_utc"].is_monotonic_increasing:
        raise ValueError("date_cutoffs: tip-offs run against the order of the game dates")
    return dates.reset_index()[["game_date", "cutoff_utc"]]


def _eastern_hour(dates: pd.Series, hour: pd.Timedelta) -> pd.Series:
    return (dates + hour).dt.tz_localize(EASTERN).dt.tz_convert("UTC")


def with_stated_tipoffs(schedule: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Schedule whose unknown tip-offs are filled with the earliest one that an odds feed stated.

    In: schedule; stated (game_id, commence_time UTC nullable; any number of rows a game).
    Out: the schedule, same rows and order. A tip-off of the schedule is never replaced. The earliest of
    several statements wins because feeds move a start back, and a cutoff may be early but never late:
    of the archive's rotowire rows, 711 captured during eleven matinees lie before 18:00 US Eastern.
    """
    earliest = stated.groupby("game_id")["commence_time"].min()
    found = schedule["game_id"].map(earliest)
    return schedule.assign(tipoff_utc=schedule["tipoff_utc"].fillna(found))
