"""How fast models are: one fit, a slate with all systems, a season walked forward week by week."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pandas as pd

from nba_assets.assets.training.models import TRAINING_DAYS
from nba_assets.domain.analytics.points_lines_as_of import offers_as_of
from nba_assets.modeling.fitting.artefacts import (
    ModelArtefact,
    build_artefact,
)
from nba_assets.modeling.fitting.trainers import TRAINERS
from nba_assets.modeling.fitting.training import (
    TARGET,
    FittedModel,
    chronological_split,
    retrain_dates,
)
from nba_assets.modeling.inputs import only_features
from nba_assets.modeling.systems.catalog import (
    MODELS,
    RULES,
    SYSTEMS,
    Model,
    baseline_points,
    ensemble_output,
    model_output,
    rule_output,
)
from nba_assets.modeling.systems.predicting import prediction_rows
from nba_assets.modeling.systems.recommending import PredictionConfig
from nba_assets.reports.models.holdout import Holdout

FIT_ROWS = 80_000
SLATE_PLAYERS = 300
TIMED = "xgboost_v1"


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock, and of processors: on a machine that does other things too they differ."""

    wall: float
    processor: float


class _Watch:
    """Measures a stretch of work of this process."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> Timed:
        """Seconds since it was made."""
        return Timed(time.perf_counter() - self._wall, time.process_time() - self._processor)


def fit_time(rows: pd.DataFrame, count: int = FIT_ROWS) -> tuple[Timed, int]:
    """One fit of xgboost_v1, split as its asset does, on the newest `count` rows; and how many there were.

    In: training rows with the features of xgboost_v1, by date.
    """
    newest = _own(rows.iloc[-count:])
    watch = _Watch()
    _fit(newest)
    return watch.read(), len(newest)


def slate_time(
    found: Holdout, rows: pd.DataFrame, context: pd.DataFrame, schedule: pd.DataFrame, lines: pd.DataFrame
) -> tuple[Timed, int, int]:
    """Every system's predictions of a slate: seconds, players, rows made.

    In: the hold-out's models; ml_feature_store_v3 with its context, schedule and raw_player_points_lines: the
    newest SLATE_PLAYERS rows are predicted.
    """
    slate = rows.tail(SLATE_PLAYERS).reset_index(drop=True)
    artefacts = {model.name: _artefact(model, found.fitted[model.name]) for model in MODELS}
    watch = _Watch()
    outputs = {rule.name: rule_output(rule, slate) for rule in RULES}
    for model in MODELS:
        outputs[model.name] = model_output(artefacts[model.name], only_features(slate, model.inputs))
    for name, ensemble in found.ensembles.items():
        outputs[name] = ensemble_output(name, outputs, ensemble, slate, name)
    players = context[context["game_id"].isin(slate["game_id"])]
    # The newest rows there are belong to the test season, which these models count as known.
    outputs = {name: replace(output, trained_through=None) for name, output in outputs.items()}
    offers = offers_as_of(lines[lines["game_id"].isin(slate["game_id"])])
    made = prediction_rows(
        slate, players, outputs, PredictionConfig(), offers=offers, schedule=schedule, predicted_at=None
    )
    return watch.read(), len(slate), len(made)


def walk_forward(
    rows: pd.DataFrame, first: dt.date, last: dt.date
) -> tuple[Timed, pd.DataFrame, Mapping[str, float]]:
    """xgboost_v1 trained each week on what was known, predicting that week: models as partitions are.

    In: training rows with the features of xgboost_v1, by date; first and last date of the walk. Out: seconds;
    one row per fit (trained_for, rows, seconds); rows, and MAE of the walk and of every baseline on them.
    """
    span = rows["game_date"].between(pd.Timestamp(first), pd.Timestamp(last))
    days = [day.date() for day in rows.loc[span, "game_date"].unique()]
    mondays = retrain_dates(days, "weekly_monday", first)
    weeks = list(zip(mondays, [*mondays[1:], last + dt.timedelta(days=1)], strict=True))
    watch = _Watch()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walked = list(pool.map(lambda week: _week(rows, *week), weeks))
    took = watch.read()
    predicted = pd.concat([part for _, part in walked])
    points = baseline_points(rows.loc[predicted.index]).assign(**{TIMED: predicted}).dropna()
    errors = points.sub(rows.loc[points.index, TARGET].astype("float64"), axis=0).abs().mean()
    facts = {"rows": float(len(points)), **{str(name): float(mae) for name, mae in errors.items()}}
    return took, pd.DataFrame([fit for fit, _ in walked]), facts


def _week(rows: pd.DataFrame, monday: dt.date, end: dt.date) -> tuple[dict[str, object], pd.Series]:
    """A model trained for a Monday, and its predictions of the games until the next one."""
    dates = rows["game_date"]
    starts, stops, ends = dates.searchsorted(
        pd.to_datetime([monday - dt.timedelta(days=TRAINING_DAYS), monday, end])
    )
    started = time.perf_counter()
    fitted = _fit(_own(rows.iloc[starts:stops]))
    fit = {"trained_for": monday, "rows": int(stops - starts), "seconds": time.perf_counter() - started}
    model = SYSTEMS[TIMED]
    assert isinstance(model, Model)  # noqa: S101 a registry entry, for the type checker
    return fit, fitted.predict(only_features(rows.iloc[stops:ends], model.inputs))


def _own(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a fit with an index of their own: threads must not build one index together."""
    model = SYSTEMS[TIMED]
    assert isinstance(model, Model)  # noqa: S101 a registry entry, for the type checker
    return only_features(rows, model.inputs).reset_index(drop=True)


def _fit(rows: pd.DataFrame) -> FittedModel:
    trainer = TRAINERS[TIMED]
    return trainer.fit(rows, trainer.params(), chronological_split(rows["game_date"]))


def _artefact(model: Model, fitted: FittedModel) -> ModelArtefact:
    return build_artefact(
        fitted, system=model.name, feature_set=model.feature_set, code_version="bench",
        trained_at=dt.datetime.now(dt.UTC), metrics={},
    )  # fmt: skip
