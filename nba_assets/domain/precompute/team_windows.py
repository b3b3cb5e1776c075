"""A team's form before a date: what it allows by zone, its pace and efficiency, against the league's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.domain import zones
from nba_assets.domain.as_of import PriorRows

DEFENSE_GAMES = 15
LEAST_GAMES = 3  # one game's rating or pace is no form: alone it can lie far outside any mean's range
LEAGUE_DAYS = 30


def team_defense_zones(teams: pd.DataFrame, defense: pd.DataFrame) -> pd.DataFrame:
    """What each team allowed over its last 15 games before the date, and how that differs from the league.

    Args:
        teams: team and date wanted (game_date, team), one a team and date.
        defense: team_defense_game_summary before the last of the dates.

    Returns:
        team_defense_zone_analysis, keyed by team: attempts and makes a game, percentage allowed, difference
        to the league's last 30 days in percentage points (positive: a weak defence), means of defensive
        rating and opponent pace.
    """
    rows = teams.reset_index(drop=True)
    known = defense["opponent_paint_fga"].notna().to_numpy(bool)
    zoned = defense.assign(**{c: defense[c].where(known) for c in zones.columns("opponent_", zones.COARSE)})
    last = PriorRows(zoned, rows, "team").last(DEFENSE_GAMES)
    league = _league_days(zoned, rows)
    rows["games_in_sample"] = last.count
    for zone in zones.COARSE:
        made, tried = f"opponent_{zone}_fgm", f"opponent_{zone}_fga"
        rows[f"{zone}_fgm_allowed"] = last.mean(made)
        rows[f"{zone}_fga_allowed"] = last.mean(tried)
        rows[f"{zone}_pct_allowed"] = last.ratio(made, tried)
        rows[f"league_{zone}_pct"] = league.ratio(made, tried)
        rows[f"{zone}_difference_pp"] = 100 * (rows[f"{zone}_pct_allowed"] - rows[f"league_{zone}_pct"])
    rows["defensive_rating"] = last.mean("defensive_rating", needs=LEAST_GAMES)
    rows["opponent_pace"] = last.mean("opponent_pace", needs=LEAST_GAMES)
    return _with_extremes(rows)


def _league_days(defense: pd.DataFrame, rows: pd.DataFrame) -> PriorRows:
    """The league's last 30 days, one row a day."""
    columns = zones.columns("opponent_", zones.COARSE)
    daily = defense.groupby("game_date", as_index=False)[columns].sum(min_count=1).assign(league="NBA")
    return PriorRows(daily, rows.assign(league="NBA"), "league").within_days(LEAGUE_DAYS)


def _with_extremes(rows: pd.DataFrame) -> pd.DataFrame:
    differences = rows[[f"{zone}_difference_pp" for zone in zones.COARSE]].to_numpy()
    known = ~np.isnan(differences).any(axis=1)
    names = np.array(zones.COARSE, dtype=object)
    filled = np.where(np.isnan(differences), 0.0, differences)
    for column, index in (("weakest_zone", filled.argmax(axis=1)), ("strongest_zone", filled.argmin(axis=1))):
        rows[column] = pd.Series(
            np.where(known, names[index], None), index=rows.index, dtype="string[pyarrow]"
        )
    return rows


def team_form(rows: pd.DataFrame, offense: pd.DataFrame) -> pd.DataFrame:
    """Own pace and offensive rating over the team's last 10 games, and the league's pace this season.

    Args:
        rows: game_date, team and season, any grain.
        offense: team_offense_game_summary before the last of the dates.

    Returns:
        Frame aligned with ``rows``: team_pace_last_10, team_offensive_rating_last_10, league_pace_season.
    """
    last = PriorRows(offense, rows, "team").last(10)
    pace = offense.groupby(["season", "game_date"], as_index=False).agg(
        pace=("pace", "sum"), games=("pace", "count")
    )
    league = PriorRows(pace, rows, "season")
    return pd.DataFrame(
        {
            "team_pace_last_10": last.mean("pace", needs=LEAST_GAMES),
            "team_offensive_rating_last_10": last.mean("offensive_rating", needs=LEAST_GAMES),
            "league_pace_season": league.ratio("pace", "games"),
        },
        index=rows.index,
    )
