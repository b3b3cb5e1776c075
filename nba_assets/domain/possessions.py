"""Possessions, ratings, pace, overtimes and usage: the arithmetic of a box line."""

from __future__ import annotations

import numpy as np
import pandas as pd

REGULATION_MINUTES = 240.0  # five players, 48 minutes
OVERTIME_MINUTES = 25.0
FREE_THROW_WEIGHT = 0.44  # share of free throws that end a possession


def plays(line: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Plays used: FGA + .44 FTA + TOV (Oliver, Basketball on Paper)."""
    return line[f"{prefix}fga"] + FREE_THROW_WEIGHT * line[f"{prefix}fta"] + line[f"{prefix}tov"]


def possessions(line: pd.DataFrame) -> pd.Series:
    """Possessions of a team: FGA + .44 FTA + TOV - OREB."""
    return plays(line) - line["oreb"]


MINUTES_WOBBLE = 6.0  # box minutes are rounded player by player; five seasons stay within 4


def overtime_periods(box_minutes: pd.Series) -> pd.Series:
    """Overtimes from a team box's own minutes, which wobble by two around 240 + 25 an overtime.

    Raises:
        ValueError: minutes that no number of overtimes explains.
    """
    impossible = minutes_impossible(box_minutes)
    if impossible.any():
        bad = sorted(box_minutes[impossible].unique())[:5]
        raise ValueError(f"team minutes {bad} are not 240 + 25 an overtime")
    return _overtimes(box_minutes).astype("int64")


def minutes_impossible(box_minutes: pd.Series) -> pd.Series:
    """Whether no number of overtimes explains a team's minutes."""
    overtimes = _overtimes(box_minutes)
    wobble = (box_minutes - REGULATION_MINUTES - OVERTIME_MINUTES * overtimes).abs()
    return ~(wobble <= MINUTES_WOBBLE) | (overtimes < 0)


def _overtimes(box_minutes: pd.Series) -> pd.Series:
    return ((box_minutes - REGULATION_MINUTES) / OVERTIME_MINUTES).round()


def team_minutes(overtimes: pd.Series) -> pd.Series:
    """Exact team minutes: 240 and 25 an overtime."""
    return REGULATION_MINUTES + OVERTIME_MINUTES * overtimes


def usage_rate(line: pd.DataFrame) -> pd.Series:
    """Share of the team's plays a player used while on the floor, in percent.

    100 * plays * (team minutes / 5) / (minutes * team plays), never capped; NULL when minutes are 0 or the
    team's numbers are NULL.

    Args:
        line: columns fga, fta, tov, minutes of the player and team_fga, team_fta, team_tov, team_minutes.
    """
    denominator = line["minutes"] * plays(line, "team_")
    value = 100 * plays(line) * (line["team_minutes"] / 5) / denominator.where(denominator > 0)
    return value.astype("float64")


def true_shooting(line: pd.DataFrame) -> pd.Series:
    """PTS / (2 (FGA + .44 FTA)); NULL without an attempt."""
    attempts = 2 * (line["fga"] + FREE_THROW_WEIGHT * line["fta"])
    return line["pts"] / attempts.where(attempts > 0)


def effective_field_goal(line: pd.DataFrame) -> pd.Series:
    """(FGM + .5 FG3M) / FGA; NULL without an attempt."""
    return (line["fgm"] + 0.5 * line["fg3m"]) / line["fga"].where(line["fga"] > 0)


def pace(possession_count: pd.Series, minutes: pd.Series) -> pd.Series:
    """Possessions per 48 minutes: 48 * possessions / (team minutes / 5)."""
    return 48 * possession_count / (minutes / 5)


def rating(points: pd.Series, possession_count: pd.Series) -> pd.Series:
    """Points per 100 possessions; NULL without possessions."""
    return 100 * points / possession_count.where(possession_count > 0)


def points_identity_broken(line: pd.DataFrame) -> np.ndarray:
    """Rows whose 2 FGM + FG3M + FTM is not PTS."""
    return (2 * line["fgm"] + line["fg3m"] + line["ftm"] != line["pts"]).to_numpy()


def rebounds_identity_broken(line: pd.DataFrame) -> np.ndarray:
    """Rows whose OREB + DREB is not REB."""
    return (line["oreb"] + line["dreb"] != line["reb"]).to_numpy()
