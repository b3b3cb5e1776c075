"""The models of a lake, measured: errors, distribution, sides, what each group of features buys, speed."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from nba_assets.bench.ablation import (
    ablation,
    feature_groups,
)
from nba_assets.bench.model_speed import (
    Timed,
    fit_time,
    slate_time,
    walk_forward,
)
from nba_assets.calendar.seasons import complete_seasons, holdout_seasons
from nba_assets.domain.analytics.points_lines_as_of import LINE_COLUMNS
from nba_assets.domain.feature_store.feature_registry import EVERY_NAME
from nba_assets.modeling.evaluation.calibration_metrics import METRICS
from nba_assets.modeling.evaluation.metrics import (
    MARKET_LINE,
    holdout_split_by_season,
)
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.modeling.systems.catalog import BASELINES, MEDIANS, MODELS, Model
from nba_assets.reports.models.holdout import (
    LINED,
    Holdout,
    by_lines,
    by_seasons,
    extended_store,
    holdout,
)
from nba_assets.reports.reading import read_table
from nba_assets.runs.report import print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

RESULTS = ("game_id", "player_id", "minutes", "pts", "is_production_ready")
# Groups are for choosing features: they are judged on the validation season, never on the test season.
CHOOSING = (("2020-21", "2021-22"), "2022-23", "2023-24")
SEEDS = (42, 1, 2)
WALKED = "2023-24"
_WHOLE = ("all", "with_line")


def print_model_bench(console: Console, settings: Settings) -> None:
    """Every figure of the models, on a lake of all seasons."""
    lake = Lake(open_store(settings.lake))
    store, results = extended_store(lake), read_table(lake, "player_game_summary", RESULTS)
    rows = training_rows(store, results, EVERY_NAME)
    seasons = holdout_seasons(complete_seasons(read_table(lake, "raw_schedule")))
    found, (train, stop, test) = holdout(store, results, by_seasons(seasons)), seasons
    title = f"Test {test}: trained on {train[0]} to {train[-1]}, stopped and calibrated on {stop}"
    _print_holdout(console, found, title)
    _print_speed(console, lake, found, store, rows)
    for model in (model for model in MODELS if model.name in MEDIANS):
        _print_ablation(console, rows, model)
    begins, tests, ends = LINED
    title = (
        f"Lines known before tip-off: trained before {begins}, calibrated before {tests}, tested to {ends}"
    )
    _print_holdout(console, holdout(store, results, by_lines), title)


def _print_holdout(console: Console, found: Holdout, title: str) -> None:
    """Errors of every system, pairs with the baselines, distribution, sides."""
    shown = found.scores[found.scores["metric"].isin(["mae", "bias"]) & (found.scores["rows"] > 0)]
    wide = shown.pivot_table(index=["system", "metric"], columns="population", values="value").reset_index()
    print_frame(console, title, wide)
    pairs = found.scores[
        found.scores["metric"].eq("mae_difference")
        & found.scores["population"].isin(_WHOLE)
        & found.scores["versus"].isin([*(rule.name for rule in BASELINES), MARKET_LINE])
        & (found.scores["rows"] > 0)
    ]
    columns = ["population", "system", "versus", "value", "low", "high", "rows", "dates"]
    print_frame(console, "MAE less that of a baseline, 95 % over dates", pairs[columns])
    shapes = found.scores[found.scores["metric"].isin(METRICS) & found.scores["population"].isin(_WHOLE)]
    columns = ["population", "system", "metric", "value", "low", "high", "rows", "dates"]
    print_frame(console, "Distributions, 95 % over dates", shapes.loc[shapes["rows"] > 0, columns])
    print_frame(
        console, "Sides: MAE, how far apart, mean error, share of results above the point", found.sides
    )
    for name, ensemble in found.ensembles.items():
        weights = ensemble.weights
        console.print(f"weights of {name}: {weights.weights}; with a line: {weights.line_weights}")
    speed = pd.DataFrame({"system": found.seconds.keys(), "seconds to fit": found.seconds.values()})
    print_frame(console, "Fits, two at a time, one thread each", speed)


def _print_speed(
    console: Console, lake: Lake, found: Holdout, store: pd.DataFrame, rows: pd.DataFrame
) -> None:
    fit, count = fit_time(rows)
    context, schedule = read_table(lake, "upcoming_player_game_context"), read_table(lake, "raw_schedule")
    lines = read_table(lake, "raw_player_points_lines", LINE_COLUMNS)
    slate, players, made = slate_time(found, store, context, schedule, lines)
    days = rows.loc[rows["season"].eq(WALKED), "game_date"]
    walk, fits, errors = walk_forward(rows, days.min().date(), days.max().date())
    figures = pd.DataFrame(
        [_figure(f"xgboost_v1 fitted on {count:,} rows", fit),
         _figure(f"{players} players with all systems, {made:,} rows", slate),
         _figure(f"{WALKED} walked forward week by week, {len(fits)} fits of xgboost_v1", walk)]
    )  # fmt: skip
    print_frame(console, "Speed", figures)
    console.print(
        f"a fit of the walk takes {fits['seconds'].median():.1f} s (median; {fits['seconds'].min():.1f} to "
        f"{fits['seconds'].max():.1f}), {fits['rows'].min():,} to {fits['rows'].max():,} rows"
    )
    listed = ", ".join(f"{name} {value:.3f}" for name, value in errors.items() if name != "rows")
    console.print(f"MAE of the walk on {errors['rows']:,.0f} rows of {WALKED}: {listed}")


def _figure(name: str, timed: Timed) -> dict[str, object]:
    return {"what": name, "seconds": timed.wall, "of processors": timed.processor}


def _print_ablation(console: Console, rows: pd.DataFrame, model: Model) -> None:
    trainer = TRAINERS[model.name]
    split = holdout_split_by_season(rows, *CHOOSING)
    draws = [trainer.params(seed=seed) for seed in SEEDS]
    table = ablation(rows, split, model.inputs, trainer.fit, draws, feature_groups(model.inputs))
    train, stop, judged = CHOOSING
    title = f"{model.name}, trained on {train[0]} to {train[-1]} and stopped on {stop}, {len(SEEDS)} seeds: "
    print_frame(console, f"{title}MAE on {judged} without a group of features", table)
