"""Model assets: partition D is trained on rows dated before D, and on nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd

from nba_assets.assets.resources import open_calendar, open_models, open_training
from nba_assets.assets.training.model_fits import TrainingJob, fit_all
from nba_assets.assets.training.training_config import config_of
from nba_assets.domain.feature_store.feature_registry import EVERY_REQUIRED, FEATURE_TABLES
from nba_assets.lineage.inputs import (
    History,
    Inputs,
    OwnRows,
)
from nba_assets.lineage.table import (
    Built,
    Compute,
    Plan,
    Plotted,
    Table,
)
from nba_assets.modeling.evaluation.scorecard import side_metrics
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.trainers import TRAINERS, Trainer
from nba_assets.modeling.fitting.training_gate import (
    GateLimits,
    training_verdict,
)
from nba_assets.modeling.fitting.training_rows import HOLES, TRAINING_IDENTITY, left_out, training_rows
from nba_assets.modeling.inputs import only_features
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    MODELS,
    Model,
    baseline_points,
)
from nba_assets.schemas.catalog import TABLES

# Two seasons before the current one: walked forward month by month through 2023-24, the mean of
# xgboost_extended and points_quantile errs by 4.416 with two years of rows and by 4.412 with three, which
# take twice as long.
TRAINING_DAYS = 800
LEAST_DATES = 3  # one for each side of the split
STORED_WITH_FEATURES = (
    *(name for name in TRAINING_IDENTITY if name != "game_date"),
    "is_bootstrap",
    *HOLES,
    "source",
    "override_reason",
)
GATE_FACTS = ("game_id", "player_id", "usage_rate", "paint_fga")
RESULTS = (*GATE_FACTS, "minutes", "pts", "is_production_ready")


# A date on which a feature leaks, has regressed or lies out of its range is not learned from.
DRIFT = History("feature_drift", TRAINING_DAYS, judges=True)


@dataclass(frozen=True)
class Decision:
    """Why to train in spite of a NO-GO, and the one model for which that was decided; empty: any model."""

    reason: str = ""
    model_id: str = ""

    def covers(self, model_id: str) -> bool:
        """Whether it was made for this model: its rows and hyper-parameters are in the name."""
        return self.model_id in ("", model_id)


def trained_by_calendar(system: str) -> Plan:
    """The dates on which a system is trained, by the run's calendar."""

    def planned(context: dg.AssetExecutionContext, dates: list[dt.date]) -> list[dt.date]:
        return open_training(context).dates(system, dates, open_calendar(context))

    return Plan(planned, "no date of training by the run's retrain calendar")


def _train(model: Model, trainer: Trainer, config_type: type[dg.Config]) -> Compute:
    def compute(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
        config = config_type(**context.op_execution_context.op_config)
        decisions = _decisions(context, inputs)
        jobs, no_go = _jobs(model, trainer, config, decisions, inputs)
        fitted = fit_all(context, trainer, {job.span: job for job in jobs.values()})
        source = inputs.past[trainer.store]["source"].iloc[0] if jobs else ""
        models: list[dict[str, Any]] = []
        for date, job in jobs.items():
            artefact = fitted[job.span]
            if job.verdict.go or decisions[date].covers(artefact.model_id):
                models.append(_row(artefact, date, str(source)))
            else:
                no_go[date] = f"{job.verdict.without_override.words}: an override was given for other rows"
        frame = pd.DataFrame(models) if models else TABLES[model.name].empty()
        plotted = ("validation_mae", "test_mae", "core_average_test_mae", "gate")
        notes = {row["game_date"].date(): {name: row[name] for name in plotted} for row in models}
        return Built(frame, notes=notes, no_go=no_go)

    return compute


def _jobs(
    model: Model, trainer: Trainer, config: Any, decisions: Mapping[dt.date, Decision], inputs: Inputs
) -> tuple[dict[dt.date, TrainingJob], dict[dt.date, str]]:
    """What to fit for each date, and why the others are not fitted."""
    features, results = sound_features(inputs, trainer.store), inputs.past["player_game_summary"]
    reasons = left_out(features, results)
    every = training_rows(features, results, _features_read(model), reasons)
    facts = every[["game_id", "player_id"]].merge(results[list(GATE_FACTS)], on=["game_id", "player_id"])
    facts = facts.assign(source=str(features["source"].iloc[0]) if len(features) else "")
    rows = only_features(every, model.inputs).copy()  # in one piece, of which a fit takes a stretch
    baselines = baseline_points(every).assign(vegas_points_line=every["vegas_points_line"])
    limits = GateLimits(**config.gate.model_dump())
    params = trainer.params(**config.hyper_parameters.model_dump())
    required = [name for name in EVERY_REQUIRED if name in model.inputs]
    partial = _overrides(features, every)
    jobs: dict[dt.date, TrainingJob] = {}
    no_go: dict[dt.date, str] = {}
    for date, (start, end) in rows_known(rows, inputs.dates).items():
        known = rows.iloc[start:end]
        # Trainings around a summer may know the very same rows: they are one model, and say the same of it.
        until = known["game_date"].max().date() + dt.timedelta(days=1) if len(known) else date
        since = until - dt.timedelta(days=TRAINING_DAYS)
        decision = decisions.get(date, Decision())
        verdict = training_verdict(known, facts.iloc[start:end], required, limits, decision.reason, since)
        if (count := known["game_date"].nunique()) < LEAST_DATES:
            no_go[date] = too_few_dates(count, date)
        elif not verdict.may_fit:
            no_go[date] = verdict.words
        else:
            missed = _counts(reasons, features["game_date"], since, until)
            jobs[date] = TrainingJob(model, known, baselines, params, verdict, partial, missed)
    return jobs, no_go


def sound_features(inputs: Inputs, store: str) -> pd.DataFrame:
    """Rows of a feature store without the dates whose features are refused; DRIFT is among the histories."""
    features = inputs.past[store]
    refused = pd.to_datetime(inputs.gathered.refused.get(DRIFT, []))
    return features[~features["game_date"].isin(refused)] if len(refused) else features


def too_few_dates(count: int, date: dt.date) -> str:
    """Why nothing is fitted for a date."""
    return f"NO-GO: {count} dates of training rows before {date}; at least {LEAST_DATES} are needed"


def _decisions(context: dg.AssetExecutionContext, inputs: Inputs) -> dict[dt.date, Decision]:
    """Reason to train in spite of a NO-GO: that of this run, else that of the stored model of the date."""
    if reason := open_training(context).override_reason.strip():
        return dict.fromkeys(inputs.dates, Decision(reason))
    rows = inputs.own
    rows = rows[rows["override_reason"].notna()]
    store = open_models(context)
    found: dict[dt.date, Decision] = {}
    for day, model_id in zip(rows["game_date"].dt.date, rows["model_id"], strict=True):
        try:
            record = artefacts.load(store, model_id).metadata["go_no_go"]
        except artefacts.ArtefactError:
            continue  # the decision is lost with the damaged file
        if record and record.get("override_reason"):
            found[day] = Decision(record["override_reason"], model_id)
    return found


def _features_read(model: Model) -> tuple[str, ...]:
    """Features of a model, of the baselines its feature store can be measured beside, and the line."""
    stored = {feature.name for feature in FEATURE_TABLES[TRAINERS[model.name].store].features}
    compared = (name for rule in BASELINES if set(rule.inputs) <= stored for name in rule.inputs)
    return tuple(dict.fromkeys((*model.inputs, *compared, "vegas_points_line")))


def rows_known(rows: pd.DataFrame, dates: list[dt.date]) -> dict[dt.date, tuple[int, int]]:
    """First and last row that a training on each date may learn from: sorted by date, it is one stretch."""
    days = rows["game_date"].to_numpy()

    def rows_before(date: dt.date) -> int:
        return int(days.searchsorted(np.datetime64(date)))

    reach = dt.timedelta(days=TRAINING_DAYS)
    return {date: (rows_before(date - reach), rows_before(date)) for date in dates}


def _counts(reasons: pd.Series, days: pd.Series, since: dt.date, until: dt.date) -> dict[str, int]:
    """Rows of a training's dates that are left out, by reason."""
    within = days.ge(pd.Timestamp(since)) & days.lt(pd.Timestamp(until))
    return {str(reason): int(rows) for reason, rows in reasons[within].value_counts().items()}


def _overrides(features: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Why rows of a training were let through although their date was not complete, by date."""
    predictions = features.loc[features["override_reason"].notna(), ["game_date", "override_reason"]]
    predictions = predictions[predictions["game_date"].isin(rows["game_date"])].drop_duplicates()
    return predictions.set_index("game_date")["override_reason"]


def _row(artefact: artefacts.ModelArtefact, date: dt.date, source: str) -> dict[str, Any]:
    facts = artefact.metadata
    sides, test = facts["metrics"], facts["metrics"]["test"]["systems"]
    names = ("train", "validation", "test")
    return {
        "game_date": pd.Timestamp(date),
        "model_id": artefact.model_id,
        "system": artefact.system,
        "feature_set": facts["feature_set"],
        "trained_through": facts["trained_through"],
        **{f"{side}_rows": facts["rows_by_side"][side] for side in names},
        "best_iteration": facts["best_iteration"],
        **{f"{side}_mae": sides[side]["systems"][artefact.system]["mae"] for side in names},
        **{f"{rule.name}_test_mae": test.get(rule.name, {}).get("mae") for rule in BASELINES},
        "gate": facts["go_no_go"]["words"],
        "override_reason": facts["override_reason"],
        "artefact": artefacts.model_name(artefact.model_id, artefact.library),
        "artefact_sha256": facts["model_sha256"],
        "source": source,
    }


_PLOTTED = ("test_mae", "core_average_test_mae")


def _model_table(model: Model) -> Table:
    trainer = TRAINERS[model.name]
    config = config_of(trainer)
    return Table(
        model.name,
        group="models",
        kinds=frozenset({trainer.library, "parquet"}),
        compute=_train(model, trainer, config),
        versioned=(trainer.fit, side_metrics, training_verdict),
        history=(
            History(trainer.store, TRAINING_DAYS, (*STORED_WITH_FEATURES, *_features_read(model)), keep=True),
            History("player_game_summary", TRAINING_DAYS, RESULTS, keep=True),
            DRIFT,
        ),
        plan=trained_by_calendar(model.name),
        own=OwnRows(("model_id", "override_reason")),
        config=config,
        plotted=Plotted(_PLOTTED, lambda rows: rows.set_index("game_date")[list(_PLOTTED)]),
        takes_long=True,
    )


MODEL_TABLES = tuple(_model_table(model) for model in MODELS)
