"""Model assets: partition D is trained on rows dated before D, and on nothing else.

What belongs here: which dates are trained in a run, and what a model's row says. What does not: fitting
(modeling/).
"""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
from pydantic import Field, create_model

from nba_assets.assets.inputs import THREE_YEARS, History, Inputs
from nba_assets.assets.overrides import own_config
from nba_assets.assets.resources import open_models
from nba_assets.assets.table import Built, Table
from nba_assets.domain.code_version import code_version
from nba_assets.domain.feature_registry import NAMES, VERSION
from nba_assets.domain.problems import BadInput
from nba_assets.modeling import artefacts
from nba_assets.modeling.scorecard import side_metrics
from nba_assets.modeling.systems import BASELINES, baseline_points
from nba_assets.modeling.training import chronological_split, fit_xgboost, retrain_dates, training_rows
from nba_assets.modeling.xgboost_params import XGBoostParams
from nba_assets.partitions import game_dates_between
from nba_assets.schemas.catalog import TABLES

# What is older costs more with every season and teaches nothing: walked forward month by month through
# 2023-24, models of every season and models of three years err alike, within a hundredth of a point.
TRAINING_DAYS = THREE_YEARS
SYSTEM = "xgboost_v1"
_CALENDAR_DAYS = 40  # reaches into the month and the week before any date
LEAST_DATES = 3  # one for each side of the split


def _run_config_of(params: type[XGBoostParams]) -> type[dg.Config]:
    """The same hyper-parameters, descriptions and defaults, as Dagster's launchpad edits them."""
    fields: dict[str, Any] = {
        name: (field.annotation if field.annotation in (int, float) else str,
               Field(default=field.default, description=field.description))
        for name, field in params.model_fields.items()
    }  # fmt: skip
    return create_model("XGBoostConfig", __base__=dg.Config, **fields)


XGBoostConfig = _run_config_of(XGBoostParams)


class TrainingConfig(dg.Config):
    """What a person may set for a training run."""

    retrain_calendar: str = Field(
        default="every_date",
        description="Dates of the run that are trained: every_date, weekly_monday, first_game_date_of_month.",
    )
    first_date: str = Field(default="2020-12-22", description="Dates before it are not trained.")
    hyper_parameters: XGBoostConfig = Field(default=XGBoostConfig(), description="XGBoost's.")  # type: ignore[valid-type]


def _planned(context: dg.AssetExecutionContext, dates: list[dt.date]) -> list[dt.date]:
    """The run's dates that the calendar plans: the calendar is the league's, whatever dates a run has."""
    config = _config(context)
    before = dates[0] - dt.timedelta(days=_CALENDAR_DAYS)
    first = dt.date.fromisoformat(config.first_date)
    planned = retrain_dates(game_dates_between(before, dates[-1]), config.retrain_calendar, first)
    return sorted(set(planned) & set(dates))


def _config(context: dg.AssetExecutionContext) -> TrainingConfig:
    return TrainingConfig(**own_config(context.op_execution_context.op_config))


def _train(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    params = XGBoostParams(**_config(context).hyper_parameters.model_dump())
    rows = training_rows(inputs.past["ml_feature_store_v2"], inputs.past["player_game_summary"], NAMES)
    known = _known(rows, inputs.dates)
    problems: dict[dt.date, list[str | BadInput]] = {}
    for date, span in known.items():
        if (count := rows["game_date"].iloc[slice(*span)].nunique()) < LEAST_DATES:
            problems[date] = [
                f"{count} dates of training rows before {date}; at least {LEAST_DATES} are needed"
            ]
    baselines = baseline_points(rows)
    store = open_models(context)
    ready = [date for date in inputs.dates if date not in problems]
    # Two trainings around a summer may know the very same rows: they are one model.
    spans = list(dict.fromkeys(known[date] for date in ready))
    partial = _overrides(inputs.past["ml_feature_store_v2"], rows)
    fitted: dict[tuple[int, int], artefacts.ModelArtefact] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fits = pool.map(lambda span: _fit(rows.iloc[slice(*span)], params, baselines, partial), spans)
        for number, (span, artefact) in enumerate(zip(spans, fits, strict=True), 1):
            _keep(artefact, store)
            fitted[span] = artefact
            context.log.info(f"{number} of {len(spans)}: {artefact.model_id}")
    source = str(inputs.past["ml_feature_store_v2"]["source"].iloc[0]) if ready else ""
    models = [_row(fitted[known[date]], date, source) for date in ready]
    frame = pd.DataFrame(models) if models else TABLES[SYSTEM].empty()
    plotted = ("test_mae", "hand_rules_test_mae")
    notes = {model["game_date"].date(): {name: model[name] for name in plotted}
             for model in models}  # fmt: skip
    return Built(frame, problems, notes)


def _known(rows: pd.DataFrame, dates: list[dt.date]) -> dict[dt.date, tuple[int, int]]:
    """First and last row that a training on each date may learn from: sorted by date, it is one stretch."""
    days = rows["game_date"].to_numpy()

    def rows_before(date: dt.date) -> int:
        return int(days.searchsorted(np.datetime64(date)))

    reach = dt.timedelta(days=TRAINING_DAYS)
    return {date: (rows_before(date - reach), rows_before(date)) for date in dates}


def _overrides(features: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Why rows of a training were let through although their date was not complete, by date."""
    said = features.loc[features["override_reason"].notna(), ["game_date", "override_reason"]]
    said = said[said["game_date"].isin(rows["game_date"])].drop_duplicates()
    return said.set_index("game_date")["override_reason"]


def _fit(
    rows: pd.DataFrame, params: XGBoostParams, baselines: pd.DataFrame, partial: pd.Series
) -> artefacts.ModelArtefact:
    split = chronological_split(rows["game_date"])
    reasons = sorted(partial[partial.index.isin(rows["game_date"])].unique())
    fitted = fit_xgboost(rows, params, split)
    return artefacts.build_artefact(
        fitted,
        system=SYSTEM,
        feature_set=VERSION,
        code_version=code_version(fit_xgboost),
        trained_at=dt.datetime.now(dt.UTC),
        metrics=side_metrics(SYSTEM, fitted, rows, split, baselines),
        override_reason="; ".join(reasons) or None,
    )


def _keep(artefact: artefacts.ModelArtefact, store: artefacts.ArtefactStore) -> None:
    """Store a model, unless the same one is there: then its own training time stays true."""
    try:
        same = artefacts.load(store, artefact.model_id).model_bytes == artefact.model_bytes
    except artefacts.ArtefactError:
        same = False  # absent or damaged: written anew
    if not same:
        artefacts.save(artefact, store)


def _row(artefact: artefacts.ModelArtefact, date: dt.date, source: str) -> dict[str, Any]:
    facts = artefact.metadata
    sides, test = facts["metrics"], facts["metrics"]["test"]["systems"]
    return {
        "game_date": pd.Timestamp(date),
        "model_id": artefact.model_id,
        "system": artefact.system,
        "feature_set": facts["feature_set"],
        "trained_through": facts["trained_through"],
        **{f"{side}_rows": facts["rows_by_side"][side] for side in ("train", "validation", "test")},
        "best_iteration": facts["best_iteration"],
        **{f"{side}_mae": sides[side]["systems"][SYSTEM]["mae"] for side in ("train", "validation", "test")},
        **{f"{rule.name}_test_mae": test[rule.name]["mae"] for rule in BASELINES},
        "artefact": artefacts.model_name(artefact.model_id),
        "artefact_sha256": facts["model_sha256"],
        "override_reason": facts["override_reason"],
        "source": source,
    }


MODELS = (
    Table(
        SYSTEM,
        group="models",
        kinds=frozenset({"xgboost", "parquet"}),
        compute=_train,
        versioned=(fit_xgboost, side_metrics),
        history=(
            History("ml_feature_store_v2", TRAINING_DAYS),
            History(
                "player_game_summary",
                TRAINING_DAYS,
                ("game_id", "player_id", "minutes", "pts", "is_production_ready"),
            ),
        ),
        plan=_planned,
        config=TrainingConfig,
    ),
)
