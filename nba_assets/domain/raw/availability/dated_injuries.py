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
from nba_assets.domain.raw.availability.injuries import (
    as_raw_injuries,
    refused_counts,
)
from nba_assets.domain.raw.readings import readings
from nba_assets.domain.teams import is_team_name, tricode_of_name

REPORT_HOUR: Final = pd.Timedelta(hours=17)
_NEXT_DAY: Final = pd.Timedelta(days=1)
# Status on the day of the event, by kind of event.
_STATUS: Final = {
    "placed_on_il": "Out",
    "missed_out": "Out",
    "missed_dtd": "Out",
    "activated_from_il": "Available",
    "returned_to_lineup": "Available",
}
_REPORTED: Final = ("Out", "Doubtful", "Questionable", "Probable", "Available")
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
        game_date, count, field, value): unreadable_FIELD, no_player, team_does_not_play, listed_again.
    """
    table, refused, faults = _dated(rows, "game_date", "status", "reason", _REPORTED)
    playing = _team_dates(schedule)
    is_playing = pd.MultiIndex.from_frame(table[["game_date", "team"]]).isin(playing)
    refused[refused.isna() & ~is_playing] = "team_does_not_play"
    table["status"] = table["status_text"]
    table["captured_at"] = _eastern(table["game_date"] + REPORT_HOUR)
    refused[refused.isna() & table.duplicated(_KEY)] = "listed_again"
    good = table[refused.isna()].assign(kind="official_report", time_basis="assumed_hour")
    return as_raw_injuries(good), refused_counts(refused, table["game_date"], faults)


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
        game_date, count, field, value): unreadable_FIELD, no_player, no_game_date_after_event.
    """
    table, refused, faults = _dated(rows, "effective_date", "action", "notes")
    day = table["game_date"]
    table["captured_at"] = _eastern(day + _NEXT_DAY)
    dates = pd.Series(pd.DatetimeIndex(schedule["game_date"].unique()).sort_values(), name="filed")
    place = dates.searchsorted(day.fillna(pd.Timestamp.max.normalize()), side="left")
    table["game_date"] = dates.reindex(place).set_axis(table.index)
    refused[refused.isna() & table["game_date"].isna()] = "no_game_date_after_event"
    table["status"] = table["status_text"].map(_STATUS).astype(_TEXT)
    good = _one_a_day(table[refused.isna()]).assign(kind="inactive_list_event", time_basis="end_of_day")
    return as_raw_injuries(good), refused_counts(refused, table["game_date"].fillna(day), faults)


def _dated(
    rows: pd.DataFrame, date: str, status: str, reason: str, known: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Rows as a table, why some are refused, and the values that cannot be read.

    ``known``: the statuses that there are; without any, each may be one, and those without meaning are NULL.
    """
    read, faults = readings(rows.reset_index(drop=True), days=[date], numbers=["PLAYER_ID"])
    odd = read.loc[bool(known) & ~read[status].isin(known), status]
    faults = pd.concat([faults, pd.DataFrame({"field": status, "value": odd.astype(str)})])
    faults = faults[~faults.index.duplicated()]
    identified = read["PLAYER_ID"].notna()
    table = pd.DataFrame(
        {
            "game_date": read[date],
            "team": _tricodes(read["team"]),
            "player_name": read["player"],
            "player_id": read["PLAYER_ID"].astype("Int64"),
            "status_text": read[status],
            "reason": read[reason].where(read[reason].ne("")),
            **{name: pd.Series(value, read.index).where(identified) for name, value in _MATCH.items()},
        }
    )
    refused = pd.Series(pd.NA, index=table.index, dtype=_TEXT)
    refused[table["player_name"].isna() | table["team"].isna()] = "no_player"
    refused[table["game_date"].isna()] = f"unreadable_{date}"
    refused[faults.index] = "unreadable_" + faults["field"]
    return table, refused, faults


def _tricodes(teams: pd.Series) -> pd.Series:
    """Tricodes of a column that may have full names; other texts stay, and are of no team that plays."""
    named = {name: tricode_of_name(name) for name in teams.unique() if is_team_name(name)}
    return teams.astype("object").map(named).fillna(teams)


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
