"""What is made of models: how good they are, which of them serves, and how the served ones have fared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field

from nba_assets.assets.resources import open_models
from nba_assets.assets.season_figures import mae_by_date
from nba_assets.assets.training.ensembles import oof_predictions, trained_models
from nba_assets.assets.training.models import TRAINING_DAYS
from nba_assets.calendar.seasons import by_season
from nba_assets.lineage.inputs import (
    YEAR,
    History,
    Input,
    Inputs,
    OwnRows,
)
from nba_assets.lineage.table import (
    Built,
    Follows,
    Plotted,
    Table,
)
from nba_assets.lineage.windows import Window
from nba_assets.modeling.evaluation.metrics import evaluate
from nba_assets.modeling.evaluation.performance import (
    GRADED,
    performance,
)
from nba_assets.modeling.evaluation.scorecard import SIDE_BASELINE, side_mae, side_ratios
from nba_assets.modeling.evaluation.system_scores import SCORED_FEATURES, system_scores
from nba_assets.modeling.fitting.artefacts import (
    ArtefactStore,
    load,
)
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.promotion.registry import (
    NOBODY,
    Choice,
    Entry,
    Registry,
    Rollout,
    advance,
)
from nba_assets.modeling.promotion.rules import (
    MEDIAN_OBJECTIVES,
    Verdict,
    judge,
)
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    CANDIDATES,
    ENSEMBLES,
    LEARNED_SYSTEMS,
)
from nba_assets.reports.markup import data_uri
from nba_assets.schemas.catalog import TABLES

_TRAINED = tuple(History(name, 0, ("model_id", "source"), and_same_date=True) for name in LEARNED_SYSTEMS)
_ENTRY = (*Entry.model_fields, "source")
SLATE_DAYS = 30  # dates predicted since the registry before are looked for so far back


class RegistryConfig(dg.Config):
    """What a person may decide about who serves."""

    champion: str = Field(
        default="", description="System to make champion by hand; nobody: none serves; empty: by the rules."
    )
    reason: str = Field(default="", description="Why; kept in the registry. Needed with a champion.")
    share: float = Field(
        default=1.0, gt=0, le=1, description="Share of the games that this champion serves, by a stable hash."
    )
    stages: list[float] = Field(
        default=[1.0],
        description="Shares of the games that a promotion by the rules serves in turn, such as 0.1, 0.5, 1.",
    )
    stage_dates: int = Field(default=7, ge=1, description="Predicted dates at each share.")


def _evaluate(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    store = open_models(context)
    parts: list[pd.DataFrame] = []
    trained = trained_models(inputs, LEARNED_SYSTEMS)
    for date in inputs.dates:
        ids = trained[date]
        named = {system.name: ids[system.name] for system in ENSEMBLES if system.name in ids}
        weighed = {n: load_document(ensemble.StoredEnsemble, store, found) for n, found in named.items()}
        models = {name: model_id for name, model_id in ids.items() if name not in weighed}
        calibrations = {name: load(store, model_id).calibration for name, model_id in models.items()}
        predictions = oof_predictions(store, models)
        scores = system_scores(predictions, inputs.past["ml_feature_store_v3"], weighed, calibrations)
        parts.append(scores.assign(game_date=pd.Timestamp(date), source=_source(inputs)))
    frame = pd.concat(parts, ignore_index=True) if parts else TABLES["model_evaluation"].empty()
    by_date = {date: frame[frame["game_date"] == pd.Timestamp(date)] for date in inputs.dates}
    notes = {date: _plotted(scores) for date, scores in by_date.items()}
    notes[inputs.dates[-1]] |= _pictured(by_date[inputs.dates[-1]])
    return Built(frame, notes=notes)


def _plotted(scores: pd.DataFrame) -> dict[str, Any]:
    """MAE of every system on a date, for the plots of the UI."""
    return {f"mae_{row['system']}": float(row["value"]) for row in _errors(scores).to_dict("records")}


def _pictured(scores: pd.DataFrame) -> dict[str, Any]:
    """A picture of them, of the newest date alone: it takes as long as half of its scores."""
    from nba_assets.reports.models.score_picture import score_picture  # matplotlib: few runs need it

    return {"picture": dg.MetadataValue.md(f"![MAE of every system]({data_uri(score_picture(scores))})")}


def _mae(scores: pd.DataFrame) -> pd.DataFrame:
    """MAE of two systems on each date, in points."""
    return mae_by_date(_errors(scores), "value")


def _errors(scores: pd.DataFrame) -> pd.DataFrame:
    """MAE of every system over all rows."""
    return scores[scores["population"].eq("all") & scores["metric"].eq("mae")]


def _source(inputs: Inputs) -> str:
    """Where the models' rows came from; on a date without training, where the registry's did."""
    frames = [inputs.past[name] for name in (*LEARNED_SYSTEMS, "model_registry") if name in inputs.past]
    return next((str(frame["source"].iloc[0]) for frame in frames if len(frame)), "")


def _register(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    config = RegistryConfig(**context.op_execution_context.op_config)
    if config.champion and not config.reason.strip():
        raise ValueError("a champion chosen by hand needs a reason")
    store = open_models(context)
    decided = _decided_by_hand(inputs)
    if config.champion:
        decided[inputs.dates[-1]] = Choice(config.champion, config.reason.strip(), config.share)
    rollout = Rollout(tuple(config.stages), config.stage_dates)
    registry: Registry = {}
    newest = pd.Timestamp.min
    rows: list[dict[str, Any]] = []
    slates = pd.DatetimeIndex(inputs.past["ml_feature_store_v3"]["game_date"].unique())
    models = trained_models(inputs, CANDIDATES)
    measured = dict(list(inputs.past["model_evaluation"].groupby("game_date")))
    for date in inputs.dates:
        # The dates of a run may lie far apart: stored rows fill the dates between them.
        before, registry = _before(inputs, pd.Timestamp(date), newest, registry)
        newest = pd.Timestamp(date)
        begins = max(before, newest - pd.Timedelta(days=SLATE_DAYS))
        predicted = int(((slates >= begins) & (slates < newest)).sum())
        trained = models[date]
        verdict = _judge(measured[newest], trained, store) if newest in measured else None
        registry = advance(
            registry, newest, trained, verdict, decided.get(date), predicted_dates=predicted, rollout=rollout
        )
        rows += [
            {"game_date": pd.Timestamp(date), "source": _source(inputs), **entry.model_dump()}
            for entry in registry.values()
        ]
    return Built(pd.DataFrame(rows) if rows else TABLES["model_registry"].empty())


def _decided_by_hand(inputs: Inputs) -> dict[dt.date, Choice]:
    """Champions that a person chose on the dates, with the reason: computing a date anew keeps them."""
    stored = inputs.own
    days = stored["game_date"].dt.strftime("%Y-%m-%d")
    own = stored[(stored["by_hand"] & stored["since"].eq(days) & _known(stored)).to_numpy(bool)]
    own = own.assign(share=own["share"].astype("float64").fillna(1.0))
    return {
        row["game_date"].date(): Choice(
            row["system"] if row["state"] == "champion" else NOBODY, row["reason"], row["share"]
        )
        for row in own.to_dict("records")
    }


def _before(
    inputs: Inputs, day: pd.Timestamp, newest: pd.Timestamp, registry: Registry
) -> tuple[pd.Timestamp, Registry]:
    """The registry of the newest date before a day, and that date: a stored one, or the one just computed."""
    past = inputs.past["model_registry"]
    between = past["game_date"][(past["game_date"] < day) & ~past["game_date"].isin(inputs.days)]
    if between.empty or between.max() < newest:
        return newest, registry
    rows = past[(past["game_date"] == between.max()) & _known(past)].drop(columns=["game_date", "source"])
    known = rows.astype("object").where(rows.notna(), None).to_dict("records")
    # A column that the registry of that date did not have yet keeps its default.
    entries = [{str(k): v for k, v in row.items() if v is not None} for row in known]
    return between.max(), {row["system"]: Entry(**row) for row in entries}


def _known(registered: pd.DataFrame) -> pd.Series:
    """Whether the code still has the system of each row: an older lake has others too."""
    return registered["system"].isin(CANDIDATES)


def _judge(scores: pd.DataFrame, trained: dict[str, str], store: ArtefactStore):
    # Most scores are differences within a population of which no verdict speaks.
    scores = scores[(scores["population"].eq("all") | scores["metric"].eq("mae")).to_numpy(bool)]

    def verdict(system: str, champion: str | None, shadow_dates: int) -> Verdict:
        side_ratio, is_median = _fit_of(system, trained, scores, store)
        return judge(
            system,
            champion,
            [rule.name for rule in BASELINES],
            scores,
            side_ratio,
            shadow_dates,
            is_median=is_median,
        )

    return verdict


def _fit_of(
    system: str, trained: dict[str, str], scores: pd.DataFrame, store: ArtefactStore
) -> tuple[dict[str, float], bool]:
    """MAE over that of a baseline by side of its split, and whether its point minimises the absolute error.

    An ensemble has no train side and takes its validation; its weights minimise the absolute error.
    """
    if not ensemble.is_ensemble(trained[system]):
        facts = load(store, trained[system]).metadata
        return side_ratios(facts["metrics"], system), facts["hyper_parameters"][
            "objective"
        ] in MEDIAN_OBJECTIVES
    stored = load_document(ensemble.StoredEnsemble, store, trained[system])
    member = load(store, next(iter(stored.members.values()))).metadata
    validation = stored.weights.validation_mae / side_mae(member["metrics"], "validation", SIDE_BASELINE)
    mae = scores[scores["population"].eq("all") & scores["metric"].eq("mae")].set_index("system")["value"]
    test = float(mae[system] / mae[SIDE_BASELINE])
    return {"train": validation, "validation": validation, "test": test}, True


def _perform(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    past, own = inputs.past["prediction_accuracy"], inputs["prediction_accuracy"]
    # Of the dates that are made now, what may be read is the same: those of the past are a part of it.
    graded = pd.concat([past[~past["game_date"].isin(inputs.days)], own], ignore_index=True)
    seasons = inputs.past["raw_schedule"][["game_id", "season"]]
    table = performance(graded.merge(seasons, on="game_id", how="left"), inputs.days)
    source = str(graded["source"].iloc[0]) if len(graded) else ""
    return Built(table.assign(source=source) if len(table) else TABLES["model_performance"].empty())


EVALUATIONS = (
    Table(
        "model_evaluation",
        group="models",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_evaluate,
        versioned=(system_scores, evaluate),
        history=(
            *_TRAINED,
            History("ml_feature_store_v3", TRAINING_DAYS, ("game_id", "player_id", *SCORED_FEATURES)),
        ),
        plan=Follows(LEARNED_SYSTEMS, "no system was trained for this date", every=False),
        plotted=Plotted(("system", "population", "metric", "value"), _mae),
        takes_long=True,
    ),
    Table(
        "model_registry",
        group="models",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_register,
        versioned=(advance, judge),
        history=(
            *_TRAINED,
            History("model_evaluation", 0, and_same_date=True),
            # Dates that were predicted: those with features.
            History("ml_feature_store_v3", SLATE_DAYS, ("game_id",)),
            # The newest date before: one row per system.
            History("model_registry", YEAR, _ENTRY, uses=(Window(columns=_ENTRY, last=len(CANDIDATES)),)),
        ),
        own=OwnRows(only="by_hand"),
        config=RegistryConfig,
    ),
)
PERFORMANCE = (
    Table(
        "model_performance",
        group="grading",
        kinds=frozenset({"pandas", "parquet"}),
        compute=_perform,
        versioned=(performance,),
        in_parts=by_season,
        inputs=(Input("prediction_accuracy", (*GRADED, "source")),),
        history=(
            History("raw_schedule", YEAR, ("game_id", "season"), and_same_date=True),
            History("prediction_accuracy", YEAR, (*GRADED, "source")),
        ),
    ),
)
