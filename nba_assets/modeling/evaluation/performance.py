"""How the served predictions have fared of late: 7 days, 30 days, the season, and the alarm they raise.

Belongs here: windows over graded rows and the states of models.md, "Predicting and grading". Does not:
grading one row (grading), comparing systems on identical rows (evaluation).
"""

from typing import Final, Literal

import numpy as np
import pandas as pd

from nba_assets.modeling.evaluation.metrics import (
    TIERS,
    WITH_LINE,
    tier_of,
)
from nba_assets.modeling.inputs import PLAYER_KEY, TEXT, require_columns

State = Literal["OK", "WATCH", "DEGRADING", "BLOCKED", "UNKNOWN"]

WINDOWS: Final = {"7_days": 7, "30_days": 30, "season": None}
WATCH, DEGRADING, BLOCKED = 0.58, 0.55, 0.524  # accuracy of OVER and UNDER; 52.4 % breaks even at -110
LEAST_PICKS: Final = 20  # below, an accuracy is not significant: the state is unknown
WATCH_DATES: Final = 2  # dates in a row below WATCH
_MILLIONTHS: Final = 1_000_000
RETRAIN_DAYS: Final = 7  # days in a worse state than OK after which training anew is advised
POPULATIONS: Final = ("all", WITH_LINE, *TIERS)
GRADED: Final = (
    *PLAYER_KEY,
    "system",
    "predicted_points",
    "absolute_error",
    "signed_error",
    "outcome",
    "line",
)
COLUMNS: Final = ("game_date", "season", *GRADED)
_AVERAGE: Final = "season_average"  # the system whose prediction is the season average before the game


def performance(graded: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Windows that end with each date, by system and population.

    In: prediction_accuracy with the season of each row (``COLUMNS``), back over the season of the first date.
    Out: game_date, system, population (``POPULATIONS``), window, rows, mae, bias (points), picks (OVER and
    UNDER that were decided), accuracy (of picks, NULL without), state, retrain_advised. The tier of a row is
    that of the player's season average before the game; without one it is in none. The state is that of the
    30-day window, of the population with a line; UNKNOWN below ``LEAST_PICKS`` picks.
    Raises MissingColumnsError.
    """
    require_columns(graded, COLUMNS, "prediction_accuracy")
    rows = graded[graded["absolute_error"].notna()].copy()
    rows["correct"] = rows["outcome"].eq("correct").fillna(False).astype(bool)
    rows["decided"] = rows["outcome"].isin(["correct", "wrong"]).fillna(False).astype(bool)
    everyday = _daily(rows)
    frames = [
        _window(everyday, dates, population, name, days)
        for population in POPULATIONS
        for name, days in WINDOWS.items()
    ]
    table = pd.concat(frames, ignore_index=True)
    states = alarm_states(_window(everyday, None, WITH_LINE, "30_days", 30))
    table = table.merge(states, on=["game_date", "system"], how="left")
    table["state"] = table["state"].fillna("UNKNOWN").astype(TEXT)
    table["retrain_advised"] = table["retrain_advised"].astype("boolean").fillna(False).astype(bool)
    return table.sort_values(["game_date", "system", "population", "window"], ignore_index=True)


def alarm_states(accuracy: pd.DataFrame) -> pd.DataFrame:
    """State of each system by date: game_date, system, state, retrain_advised.

    In: game_date, system, picks, accuracy (of the 30 days that end with the date), one row per date and
    system. WATCH needs an accuracy below 58 % on two dates in a row, DEGRADING (55 %) and BLOCKED (52.4 %)
    one; a state worse than OK that has lasted seven days advises to train anew.
    """
    rows = accuracy.sort_values(["system", "game_date"], ignore_index=True)
    share = rows["accuracy"].where(rows["picks"] >= LEAST_PICKS)
    low = share < WATCH
    again = low & low.groupby(rows["system"]).shift(WATCH_DATES - 1, fill_value=False)
    rows["state"] = np.select(
        [share.isna(), share < BLOCKED, share < DEGRADING, again],
        ["UNKNOWN", "BLOCKED", "DEGRADING", "WATCH"],
        "OK",
    )
    bad = rows["state"].isin(["WATCH", "DEGRADING", "BLOCKED"])
    begins = rows["game_date"].where(bad & ~bad.groupby(rows["system"]).shift(1, fill_value=False))
    since = begins.groupby(rows["system"]).ffill()
    rows["retrain_advised"] = bad & ((rows["game_date"] - since).dt.days >= RETRAIN_DAYS)
    return rows[["game_date", "system", "state", "retrain_advised"]]


def _daily(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums of each date, season, system and population."""
    tier = _tiers(rows)
    members = {"all": np.ones(len(rows), dtype=bool), WITH_LINE: rows["line"].notna().to_numpy(bool)}
    members |= {name: tier.eq(name).fillna(False).to_numpy(bool) for name in TIERS}
    summed = rows[["system", "season", "game_date", "absolute_error", "signed_error", "decided", "correct"]]
    daily = pd.concat(
        [_sums(summed[member]).assign(population=population) for population, member in members.items()],
        ignore_index=True,
    )
    # Whole millionths of points: running sums of them are exact, so a window has the same bytes whatever
    # dates were read before it.
    for name in ("absolute", "signed"):
        daily[name] = (daily[name] * _MILLIONTHS).round().astype(np.int64)
    return daily


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(["system", "season", "game_date"], as_index=False).agg(
        rows=("absolute_error", "size"),
        absolute=("absolute_error", "sum"),
        signed=("signed_error", "sum"),
        picks=("decided", "sum"),
        correct=("correct", "sum"),
    )


def _tiers(rows: pd.DataFrame) -> pd.Series:
    """Tier of each row by the season average's prediction of the same player and game; same index."""
    averages = rows.loc[rows["system"].eq(_AVERAGE), [*PLAYER_KEY, "predicted_points"]]
    found = rows[list(PLAYER_KEY)].merge(averages, on=list(PLAYER_KEY), how="left", validate="m:1")
    return tier_of(found["predicted_points"].set_axis(rows.index))


def _window(
    daily: pd.DataFrame, dates: pd.DatetimeIndex | None, population: str, name: str, days: int | None
) -> pd.DataFrame:
    """Sums over the window that ends with each date a system was graded on."""
    counted = ["rows", "absolute", "signed", "picks", "correct"]
    own = daily[daily["population"].eq(population)].sort_values(["system", "game_date"], ignore_index=True)
    running = own.groupby(["system", "season"])[counted].cumsum()
    if days is not None:
        key = own["system"].astype("category").cat.codes.to_numpy(np.int64)
        place = key * 1_000_000 + own["game_date"].to_numpy("datetime64[D]").astype(np.int64)
        sums = own[counted].to_numpy(np.int64).cumsum(axis=0)
        total = np.vstack([np.zeros((1, len(counted)), np.int64), sums])
        first = np.searchsorted(place, place - days + 1)
        running = pd.DataFrame(total[np.arange(len(own)) + 1] - total[first], columns=counted)
    rows = running["rows"].to_numpy("float64")
    picks = running["picks"].to_numpy("float64").round()
    made = own[["game_date", "system", "population"]].assign(
        window=name,
        rows=rows.round().astype(np.int64),
        mae=running["absolute"].to_numpy("float64") / _MILLIONTHS / rows,
        bias=running["signed"].to_numpy("float64") / _MILLIONTHS / rows,
        picks=picks.astype(np.int64),
        accuracy=np.where(picks > 0, running["correct"] / np.where(picks > 0, picks, 1.0), np.nan),
    )
    return made if dates is None else made[made["game_date"].isin(dates)]
