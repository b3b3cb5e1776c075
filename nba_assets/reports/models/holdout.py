"""The fixed experiment.

Every system trained on early seasons, stopped on the next, tested on the one after.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nba_assets.domain.feature_store.feature_registry import EVERY_NAME
from nba_assets.domain.feature_store.ml_feature_store_v3 import ML_FEATURE_STORE_V3
from nba_assets.modeling.evaluation.metrics import holdout_split_by_season
from nba_assets.modeling.evaluation.system_scores import system_scores
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.fitting.training import (
    SIDES,
    FittedModel,
    SplitError,
    without_test,
)
from nba_assets.modeling.fitting.training_rows import training_rows
from nba_assets.modeling.inputs import TEXT, only_features
from nba_assets.modeling.systems.catalog import (
    ENSEMBLES,
    LEARNED_SYSTEMS,
    MODELS,
    SYSTEMS,
    Ensemble,
    Model,
)
from nba_assets.modeling.systems.ensemble import StoredEnsemble, fit_ensemble
from nba_assets.reports.reading import read_table
from nba_assets.storage.lake import Lake

LINED = ("2024-01-29", "2024-04-01", "2024-06-17")  # first lines; first date tested; last lines
_KEY = ["game_date", "game_id", "player_id"]


@dataclass(frozen=True)
class Holdout:
    """What the experiment found.

    Attributes:
        scores: tidy frame of modeling.evaluation.evaluate, all systems and populations.
        ensembles: weights and distribution by system; the members are named by their system.
        fitted: every model, by system.
        seconds: of each fit.
        predictions: points of the models for every row of the split, out of fold beyond the train side.
        sides: MAE, mean error and share of results above, by model and side of the split.
    """

    scores: pd.DataFrame
    ensembles: dict[str, StoredEnsemble]
    fitted: dict[str, FittedModel]
    seconds: dict[str, float]
    predictions: pd.DataFrame
    sides: pd.DataFrame


def extended_store(lake: Lake) -> pd.DataFrame:
    """ml_feature_store_v3 of all dates, computed from the tables before it, whatever is stored of it."""
    table = ML_FEATURE_STORE_V3
    same_date = {name: read_table(lake, name, columns) for name, columns in table.reads.items()}
    history = {name: read_table(lake, name, columns) for name, columns in table.history_columns.items()}
    return table.compute(same_date, history, pd.Timestamp.max)


def by_seasons(seasons: tuple[tuple[str, ...], str, str]) -> Callable[[pd.DataFrame], pd.Series]:
    """Sides of the fixed experiment."""
    return lambda rows: holdout_split_by_season(rows, *seasons)


def by_lines(rows: pd.DataFrame) -> pd.Series:
    """Sides within the only months whose lines have a capture time.

    Stopped and calibrated on the first months with lines, tested on the weeks after. The lines of 2024-25
    have no capture time, so they may not be used.
    """
    known = rows[rows["game_date"] <= pd.Timestamp(LINED[2])]
    place = np.searchsorted(pd.to_datetime(LINED[:2]), known["game_date"].to_numpy(), side="right")
    return pd.Series(np.asarray(SIDES, dtype=object)[place], index=known.index, dtype=TEXT)


def holdout(
    store: pd.DataFrame,
    results: pd.DataFrame,
    split_of: Callable[[pd.DataFrame], pd.Series],
    systems: Collection[str] = LEARNED_SYSTEMS,
) -> Holdout:
    """Fit, weigh and measure.

    Args:
        store: ml_feature_store_v3.
        results: player_game_summary (game_id, player_id, minutes, pts, is_production_ready).
        split_of: side of each training row; rows of none are not used.
        systems: models and ensembles that take part.
    """
    models = [model for model in MODELS if model.name in systems]
    rows = training_rows(store, results, EVERY_NAME)
    split = split_of(rows)
    # pandas finds out on first use, and two threads that ask at once may get different answers.
    if not split.index.is_unique:
        raise SplitError("the split names rows twice")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fits = dict(
            zip([m.name for m in models], pool.map(lambda m: _fit(m, rows, split), models), strict=True)
        )
    fitted = {name: fit for name, (fit, _) in fits.items()}
    keys = rows.loc[split.index, _KEY].assign(
        side=split, actual=rows["pts"].astype("float64"), line=rows["vegas_points_line"]
    )
    outputs = {name: _out_of_fold(SYSTEMS[name], fit, rows, split) for name, fit in fitted.items()}
    predictions = keys.assign(**{name: each["predicted_points"] for name, each in outputs.items()})
    ensembles = weighed(predictions, rows, systems)
    calibrations = {name: fit.calibration for name, fit in fitted.items()}
    return Holdout(
        scores=system_scores(predictions, store, ensembles, calibrations),
        ensembles=ensembles,
        fitted=fitted,
        seconds={name: seconds for name, (_, seconds) in fits.items()},
        predictions=predictions,
        sides=_sides(predictions, [model.name for model in models]),
    )


def _sides(predictions: pd.DataFrame, systems: Sequence[str]) -> pd.DataFrame:
    """What promotion asks of the sides: MAE, how far apart, mean error (points), share of results above."""
    errors = predictions[list(systems)].sub(predictions["actual"], axis=0)
    above = (errors < 0) + 0.5 * (errors == 0)
    side = predictions["side"].to_numpy(dtype=object)
    mae, bias, share = (frame.groupby(side).mean().T[list(SIDES)] for frame in (errors.abs(), errors, above))
    table = mae.assign(gap=mae.max(axis=1) / mae.min(axis=1) - 1)
    table = table.join(bias.add_prefix("bias_")).join(share.add_prefix("above_"))
    return table.rename_axis("system").reset_index()


def weighed(
    predictions: pd.DataFrame, rows: pd.DataFrame, systems: Collection[str] = LEARNED_SYSTEMS
) -> dict[str, StoredEnsemble]:
    """Ensembles, from what their members predicted for the validation rows.

    Args:
        predictions: side, actual, line, points of each member.
        rows: features of at least these rows, same index.
        systems: ensembles that take part.
    """
    seen = predictions[predictions["side"].eq("validation").to_numpy(dtype=bool)]
    taking_part = [system for system in ENSEMBLES if system.name in systems]
    return {system.name: _weighed(system, seen.join(rows[system.market])) for system in taking_part}


def _weighed(system: Ensemble, seen: pd.DataFrame) -> StoredEnsemble:
    weights, calibration = fit_ensemble(seen, system.members, system.market)
    members = {name: name for name in system.members}
    return StoredEnsemble(weights=weights, calibration=calibration, members=members, market=system.market)


def _fit(model: Model, rows: pd.DataFrame, split: pd.Series) -> tuple[FittedModel, float]:
    trainer = TRAINERS[model.name]
    # An index of one's own: pandas builds its lookup on first use, which threads must not do together.
    learned = without_test(pd.Series(split.to_numpy(), index=split.index.to_numpy()))
    started = time.perf_counter()
    return trainer.fit(
        only_features(rows, model.inputs), trainer.params(), learned
    ), time.perf_counter() - started


def _out_of_fold(system: object, fitted: FittedModel, rows: pd.DataFrame, split: pd.Series) -> pd.DataFrame:
    assert isinstance(system, Model)  # noqa: S101 a registry entry, for the type checker
    features, test = only_features(rows, system.inputs), split.index[split.eq("test")]
    seen = fitted.oof_predictions(features, split.drop(test))
    return pd.concat([seen, fitted.predict_frame(features.loc[test])]).loc[split.index]
