"""What is served: the newest slate, and how the predictions of the newest season have fared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from nba_assets.modeling.evaluation.metrics import WITH_LINE, comparison, evaluate
from nba_assets.modeling.evaluation.system_scores import PARTIAL
from nba_assets.modeling.promotion.registry import REGISTERED, served_by, serving
from nba_assets.modeling.systems.catalog import BASELINES, CANDIDATES
from nba_assets.modeling.systems.versions import counting
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

SERVED = "served"  # the champion of each date, whoever it was
_PLAYER = ["player_name", "team", "opponent"]
_BESIDE = ("season_average", "hand_rules")
_TOP = 12
_KEY = ["game_date", "game_id", "player_id"]


@dataclass(frozen=True)
class Slate:
    """Predictions of a date.

    Attributes:
        system: whose predictions they are: the champion, or the best learned system in shadow.
        is_served: whether it is champion.
        rows: highest predictions first: player, baselines, points, line, prob_over, recommendation.
    """

    system: str
    is_served: bool
    rows: pd.DataFrame


def slate(lake: Lake, date: dt.date) -> Slate:
    """The highest predictions of a date; without a champion, those of a candidate in shadow."""
    rows = counting(read_table(lake, "player_prop_predictions", dates=[date]))
    champions = rows.loc[rows["role"].eq("champion"), "system"].unique()
    made = rows[rows["predicted_points"].notna()]
    shadows = [name for name in reversed(CANDIDATES) if made["system"].eq(name).any()]
    system = str([*champions, *shadows, *_BESIDE][0])
    wide = rows[rows["system"].isin(_BESIDE)].pivot_table(
        index=_PLAYER, columns="system", values="predicted_points"
    )
    own = rows[rows["system"].eq(system)].set_index(_PLAYER)[
        ["predicted_points", "line", "prob_over", "recommendation"]
    ]
    shown = wide.drop(columns=system, errors="ignore").join(own.rename(columns={"predicted_points": system}))
    shown = shown.sort_values(system, ascending=False).head(_TOP).round(2).reset_index()
    return Slate(system, bool(len(champions)), shown)


def season_record(lake: Lake) -> pd.DataFrame:
    """Walk-forward grades of the newest season: what was served, every system, baselines and the line.

    Every prediction was made by a model of earlier dates. Populations: players expected and played, opening
    days out, and of these the ones with a line; rows are those that every system predicted, and once one is
    a champion those that were served.

    Returns:
        One row per population and system: mae, low, high, bias, and difference, difference_low and
        difference_high to the best baseline (with a line: to the line), points, 95 % over dates;
        rows, dates. Best first. No row where nothing is graded.
    """
    dates = lake.dates("prediction_accuracy")
    games = read_table(lake, "raw_schedule", ("game_id", "season"), dates)
    if games.empty:
        return pd.DataFrame()
    newest = games["season"].max()
    season = [day.date() for day in games.loc[games["season"].eq(newest), "game_date"].unique()]
    rows, systems = graded_rows(lake, sorted(season))
    baselines = [rule.name for rule in BASELINES]
    scores = evaluate(rows, systems, baselines)
    return pd.concat([comparison(scores, name, baselines) for name in ("all", WITH_LINE)], ignore_index=True)


def graded_rows(lake: Lake, dates: list[dt.date]) -> tuple[pd.DataFrame, list[str]]:
    """Graded rows as `evaluate` takes them, what was served among them, and the systems that have points."""
    columns = ("game_id", "player_id", "system", "predicted_points", "actual_points", "line")
    graded = read_table(lake, "prediction_accuracy", columns, dates)
    rows = graded.pivot_table(index=_KEY, columns="system", values="predicted_points").reset_index()
    facts = graded.drop_duplicates(_KEY)[[*_KEY, "actual_points", "line"]]
    flags = read_table(
        lake, "ml_feature_store_v2", ("game_id", "player_id", "is_bootstrap", "is_late_addition"), dates
    )
    rows = rows.merge(facts, on=_KEY).merge(flags.drop(columns="game_date"), on=_KEY[1:])
    rows = rows.rename(columns={"actual_points": "actual"})
    rows["points_avg_season"] = rows["season_average"]
    systems = [name for name in graded["system"].unique() if name in rows and name != PARTIAL]
    registry = read_table(lake, "model_registry", REGISTERED)
    champion = served_by(rows, serving(registry, pd.DatetimeIndex(rows["game_date"].unique())))["system"]
    if champion.isna().all():
        return rows, systems
    served = pd.Series(float("nan"), index=rows.index)
    for name in champion.dropna().unique():
        served = served.mask(champion.eq(name).fillna(False).astype(bool), rows[name])
    return rows.assign(**{SERVED: served}), [*systems, SERVED]
