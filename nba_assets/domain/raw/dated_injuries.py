"""Injury sources that state a day but no capture time: official reports of a season, inactive-list events.

Neither has a capture time, so each row has the basis of its ``captured_at`` (``time_basis``):
an official report counts as known from 17:00 US Eastern of its game date, when the last report before most
games is out; an event of the inactive list from the end of its day, for it was entered hours after the game.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from nba_assets.calendar.tipoffs import (
    EASTERN,
    game_cutoffs,
)
from nba_assets.domain.raw.injuries import (
    as_raw_injuries,
    refused_counts,
)

REPORT_HOUR: Final = pd.Timedelta(hours=17)
_NEXT_DAY: Final = pd.Timedelta(days=1)
# What an event says of the day it names.
_STATUS: Final = {
    "placed_on_il": "Out",
    "missed_out": "Out",
    "missed_dtd": "Out",
    "activated_from_il": "Available",
    "returned_to_lineup": "Available",
}
_KEY: Final = ["captured_at", "team", "player_name"]
_TEXT = pd.StringDtype("pyarrow")
_MATCH: Final = {"match_method": "source_id", "match_confidence": 1.0}


def official_reports(rows: pd.DataFrame, schedule: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """raw_injury_reports of official reports without capture times, one report per game.

    Args:
        rows: columns of ``injuries/official_reports_*.parquet`` (game_date, team, player, PLAYER_ID, status,
            reason).
        schedule: raw_schedule of all games (game_id, game_date, home_team, away_team, is_postponed, ...).

    Returns:
        The table, keyed by captured_at, team, player_name and kind; and counts of refused rows (reason,
        game_date, count): unreadable_date, unknown_status, team_does_not_play, listed_again.
    """
    table = _dated(rows, "game_date", rows["status"], rows["reason"])
    refused = _unreadable(table)
    refused[~table["status_text"].isin(["Out", "Doubtful", "Questionable", "Probable", "Available"])] = (
        "unknown_status"
    )
    playing = _team_dates(schedule)
    is_playing = pd.MultiIndex.from_frame(table[["game_date", "team"]]).isin(playing)
    refused[refused.isna() & ~is_playing] = "team_does_not_play"
    table["status"] = table["status_text"]
    table["captured_at"] = _eastern(table["game_date"] + REPORT_HOUR)
    refused[refused.isna() & table.duplicated(_KEY)] = "listed_again"
    good = table[refused.isna()].assign(kind="official_report", time_basis="assumed_hour")
    return as_raw_injuries(good), refused_counts(refused, table["game_date"])


def inactive_list_events(rows: pd.DataFrame, schedule: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """raw_injury_reports of placements on the inactive list, activations and missed games.

    An event is filed under the first game date of the league on or after its day, so that the event of a
    game's own day lies beside the game. Its ``captured_at`` is the midnight after its day: on the day itself
    it is a label, which no cutoff of that day admits, and from the next day on it is knowledge. Events of one
    player and day are one row, whose status is NULL where they contradict each other.

    Args:
        rows: columns of ``injuries/inactive_list_events_*.parquet`` (effective_date, team, player, PLAYER_ID,
            action, notes).
        schedule: raw_schedule of all games.

    Returns:
        The table, keyed by captured_at, team, player_name and kind; and counts of refused rows (reason,
        game_date, count): unreadable_date, no_game_date_after_event.
    """
    table = _dated(rows, "effective_date", rows["action"], rows["notes"])
    refused = _unreadable(table)
    day = table["game_date"]
    table["captured_at"] = _eastern(day + _NEXT_DAY)
    dates = pd.Series(pd.DatetimeIndex(schedule["game_date"].unique()).sort_values(), name="filed")
    place = dates.searchsorted(day.fillna(pd.Timestamp.max.normalize()), side="left")
    table["game_date"] = dates.reindex(place).set_axis(table.index)
    refused[refused.isna() & table["game_date"].isna()] = "no_game_date_after_event"
    table["status"] = table["status_text"].map(_STATUS).astype(_TEXT)
    good = _one_a_day(table[refused.isna()]).assign(kind="inactive_list_event", time_basis="end_of_day")
    return as_raw_injuries(good), refused_counts(refused, table["game_date"].fillna(day))


def _dated(rows: pd.DataFrame, date: str, status: pd.Series, reason: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "game_date": pd.to_datetime(rows[date], format="%Y-%m-%d", errors="coerce"),
            "team": rows["team"],
            "player_name": rows["player"],
            "player_id": rows["PLAYER_ID"].astype("Int64"),
            "status_text": status,
            "reason": reason.where(reason.ne("")),
        }
    ).reset_index(drop=True)
    table["game_date"] = table["game_date"].astype("datetime64[ns]")
    known = table["player_id"].notna()
    return table.assign(
        **{name: pd.Series(value, table.index).where(known) for name, value in _MATCH.items()}
    )


def _unreadable(table: pd.DataFrame) -> pd.Series:
    refused = pd.Series(pd.NA, index=table.index, dtype=_TEXT)
    refused[table["game_date"].isna()] = "unreadable_date"
    refused[table["player_name"].isna() | table["team"].isna()] = "no_player"
    return refused


def _one_a_day(events: pd.DataFrame) -> pd.DataFrame:
    several = events.duplicated(_KEY, keep=False)
    groups = events[several].sort_values([*_KEY, "status_text"], kind="stable").groupby(_KEY, sort=True)
    merged = groups.agg(
        {
            **dict.fromkeys(("game_date", "player_id", *_MATCH), "first"),
            "status": lambda found: found.iloc[0] if len(set(found)) == 1 else pd.NA,
            "status_text": "|".join,
            "reason": lambda found: "; ".join(found.dropna()),
        }
    )
    return pd.concat([events[~several], merged.reset_index()], ignore_index=True)


def _team_dates(schedule: pd.DataFrame) -> pd.MultiIndex:
    games = game_cutoffs(schedule)
    sides = games.melt(id_vars=["game_date"], value_vars=["home_team", "away_team"], value_name="team")
    return pd.MultiIndex.from_frame(sides[["game_date", "team"]].drop_duplicates())


def _eastern(wall: pd.Series) -> pd.Series:
    return wall.dt.tz_localize(EASTERN).dt.tz_convert("UTC")
