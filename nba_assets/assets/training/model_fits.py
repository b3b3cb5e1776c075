"""Fits of a training run: several models at a time, stored with their out-of-fold predictions."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import dagster as dg
import pandas as pd

from nba_assets.assets.resources import open_models, processors
from nba_assets.lineage.code_version import code_version
from nba_assets.modeling.evaluation.scorecard import side_metrics, success
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.trainers import Trainer
from nba_assets.modeling.fitting.training import chronological_split, judged_sides
from nba_assets.modeling.fitting.training_gate import GateVerdict
from nba_assets.modeling.systems.catalog import Model


@dataclass(frozen=True)
class TrainingJob:
    """One model to fit: its rows are one stretch of all rows."""

    model: Model
    rows: pd.DataFrame
    baselines: pd.DataFrame
    params: Any
    verdict: GateVerdict
    partial: pd.Series
    left_out: dict[str, int]

    @property
    def reasons(self) -> list[str]:
        """Why it is fitted in spite of a NO-GO, and why dates that it learns from were let through."""
        partial = self.partial[self.partial.index.isin(self.rows["game_date"])]
        forced = [] if self.verdict.go else [str(self.verdict.override_reason)]
        return forced + sorted(set(partial.astype(str)) - set(forced))

    @property
    def span(self) -> tuple[int, int]:
        """Where the rows lie among all rows: trainings of one span make one model."""
        return int(self.rows.index[0]), len(self.rows)


def fit_all(
    context: dg.AssetExecutionContext, trainer: Trainer, jobs: dict[tuple[int, int], TrainingJob]
) -> dict[tuple[int, int], artefacts.ModelArtefact]:
    """Fit and store models, several at a time; by span of rows.

    Two trainings around a summer may know the very same rows: they are one model. The longest fits come
    first, so that no core waits for the last one.
    """
    jobs = dict(sorted(jobs.items(), key=lambda item: len(item[1].rows), reverse=True))
    store = open_models(context)
    fitted: dict[tuple[int, int], artefacts.ModelArtefact] = {}
    with ThreadPoolExecutor(processors(context)) as pool:
        fits = pool.map(lambda job: _fit(job, trainer), jobs.values())
        for number, (span, (artefact, predictions)) in enumerate(zip(jobs, fits, strict=True), 1):
            _keep(artefact, predictions, store)
            fitted[span] = artefact
            context.log.info(f"{number} of {len(jobs)}: {artefact.model_id}")
    return fitted


def _fit(job: TrainingJob, trainer: Trainer) -> tuple[artefacts.ModelArtefact, pd.DataFrame]:
    """A model, and its out-of-fold predictions of the validation and test rows."""
    split = chronological_split(job.rows["game_date"])
    fitted = trainer.fit(job.rows, job.params, split)
    judged = judged_sides(split, job.rows["game_date"])
    predictions = fitted.oof_predictions(job.rows, judged)
    baselines = job.baselines.drop(columns="vegas_points_line")
    system = job.model.name
    metrics = side_metrics(system, predictions["predicted_points"], job.rows, judged, baselines)
    artefact = artefacts.build_artefact(
        fitted,
        system=system,
        feature_set=job.model.feature_set,
        code_version=code_version(trainer.fit),
        trained_at=dt.datetime.now(dt.UTC),
        metrics=metrics,
        success=success(metrics, system),
        left_out=job.left_out,
        go_no_go=job.verdict.record(),
        override_reason="; ".join(job.reasons) or None,
    )
    seen = judged.index[judged.ne("train").to_numpy(dtype=bool)]
    keys = job.rows.loc[seen, ["game_date", "game_id", "player_id"]].assign(
        actual=job.rows.loc[seen, "pts"].astype("float64"),
        line=job.baselines.loc[seen, "vegas_points_line"],
    )
    labelled = keys.join(predictions.loc[seen].assign(side=judged.loc[seen]))
    return artefact, labelled.reset_index(drop=True)


def _keep(
    artefact: artefacts.ModelArtefact, predictions: pd.DataFrame, store: artefacts.ArtefactStore
) -> None:
    """Store a model and its out-of-fold predictions; an equal stored model keeps its training time.

    All files are written again: one of them may be lost, and the reason for training may be a new one.
    """
    try:
        stored = artefacts.load(store, artefact.model_id)
    except artefacts.ArtefactError:
        stored = artefact  # absent or damaged
    if stored.model_bytes == artefact.model_bytes:
        trained_at = {"trained_at": stored.metadata["trained_at"]}
        artefact = replace(artefact, metadata=artefact.metadata | trained_at)
    artefacts.save_oof_predictions(predictions, artefact.model_id, store)
    artefacts.save(artefact, store)
