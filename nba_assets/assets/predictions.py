"""The prediction asset: every system's number for every player who may play, and whose number is served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import product
from typing import Any

import dagster as dg
import pandas as pd
from pydantic import Field, create_model

from nba_assets.assets.resources import league_now, open_models
from nba_assets.assets.training.newest_models import newest_models
from nba_assets.assets.training.training_config import run_config_of
from nba_assets.calendar.seasons import by_stretch
from nba_assets.domain.analytics.points_lines_as_of import LINE_COLUMNS, offers_as_of
from nba_assets.lineage.inputs import (
    History,
    Input,
    Inputs,
    OwnRows,
)
from nba_assets.lineage.table import (
    Built,
    Table,
)
from nba_assets.lineage.windows import Window
from nba_assets.modeling.fitting import artefacts
from nba_assets.modeling.fitting.artefacts import (
    ArtefactError,
    ArtefactStore,
    ModelArtefact,
)
from nba_assets.modeling.fitting.documents import load_document
from nba_assets.modeling.inputs import FeatureNamesError, only_features
from nba_assets.modeling.promotion.registry import (
    LIFE_DAYS,
    REGISTERED,
    serving,
    with_roles,
)
from nba_assets.modeling.systems import ensemble
from nba_assets.modeling.systems.catalog import (
    BASELINES,
    CANDIDATES,
    ENSEMBLES,
    LEARNED_SYSTEMS,
    MODELS,
    RULES,
    SYSTEMS,
    Ensemble,
    Model,
    ensemble_output,
    model_output,
    rule_output,
    unavailable_output,
)
from nba_assets.modeling.systems.contributions import Contributions, largest_contributions
from nba_assets.modeling.systems.predicting import (
    CONTEXT_COLUMNS,
    SystemOutput,
    prediction_rows,
)
from nba_assets.modeling.systems.recommending import PredictionConfig, SystemThresholds, recommendations
from nba_assets.modeling.systems.versions import with_versions
from nba_assets.schemas.catalog import TABLES

_KEY = ["game_id", "player_id"]


_Thresholds = run_config_of(SystemThresholds)
_SystemThresholds = create_model(
    "SystemThresholdsConfig",
    __base__=_Thresholds,
    system=(str, Field(description="Prediction system.")),
)
# When sides of the line are recommended, and what is staked on them.
Recommending = create_model(
    "Recommending",
    __base__=dg.Config,
    default=(_Thresholds, Field(default=_Thresholds(), description="For systems without their own.")),
    by_system=(
        list[_SystemThresholds],  # pyright: ignore[reportInvalidTypeForm] a class made at run time
        Field(default=[], description="Systems with thresholds of their own."),
    ),
)


def _thresholds(config: Mapping[str, Any]) -> PredictionConfig:
    """The thresholds of a run, validated. Raises ValueError on an unknown system or a value out of range."""
    chosen = Recommending(**config).model_dump()
    by_system = {own.pop("system"): SystemThresholds(**own) for own in chosen["by_system"]}
    if unknown := sorted(by_system.keys() - SYSTEMS.keys()):
        raise ValueError(f"no prediction system {', '.join(unknown)}")
    return PredictionConfig(default=SystemThresholds(**chosen["default"]), by_system=by_system)


def _predict(context: dg.AssetExecutionContext, inputs: Inputs) -> Built:
    thresholds = _thresholds(context.op_execution_context.op_config)
    schedule, players = inputs["raw_schedule"], inputs["upcoming_player_game_context"]
    upcoming = schedule.loc[schedule["status"].eq("scheduled").to_numpy(bool), "game_date"].unique()
    extended, offers = _extended(inputs), offers_as_of(inputs["raw_player_points_lines"])
    now = pd.Timestamp(league_now(context))
    parts: list[pd.DataFrame] = []
    notes: dict[dt.date, dict[str, str]] = {}
    store = open_models(context)
    for models, days in newest_models(inputs, LEARNED_SYSTEMS):
        words = ", ".join(sorted(models.values())) or "none trained before this date"
        notes |= {day.date(): {"models": words} for day in days}
        for is_upcoming, is_extended in product((False, True), repeat=2):
            chosen = days[(days.isin(upcoming) == is_upcoming) & (days.isin(extended) == is_extended)]
            slate = _Slate(inputs, chosen, is_extended=is_extended)
            if slate.rows.empty:
                continue
            parts.append(
                prediction_rows(
                    slate.rows,
                    players[players["game_date"].isin(chosen)],
                    slate.outputs(models, store, context),
                    thresholds,
                    offers=offers,
                    schedule=schedule,
                    predicted_at=now if is_upcoming else None,
                )
            )
    made = pd.concat(parts, ignore_index=True) if parts else TABLES["player_prop_predictions"].empty()
    champions = serving(inputs.past["model_registry"], inputs.days)
    made = with_roles(made, champions, [rule.name for rule in BASELINES])
    made = made.assign(largest_contributions=_why(made, inputs, store))
    return Built(with_versions(made, inputs.own), notes=notes)


def _why(made: pd.DataFrame, inputs: Inputs, store: ArtefactStore) -> pd.Series:
    """The largest contributions to the predictions that are served; a backfill is not served to anyone."""
    served = made["role"].eq("champion") & made["predicted_at"].notna() & made["model_id"].notna()
    shown = made[(served & made["predicted_points"].notna()).to_numpy(bool)]
    contributions = Contributions(store)
    found = pd.Series(pd.NA, index=made.index, dtype="string[pyarrow]")
    for features in (inputs.past["ml_feature_store_v3"], inputs["ml_feature_store_v2"]):
        missing = shown[found[shown.index].isna()]
        found.loc[missing.index] = largest_contributions(missing, features, contributions)
    return found


def _extended(inputs: Inputs) -> pd.DatetimeIndex:
    """Dates whose rows all have their extended features: the others have none of the systems that read them.

    Date by date, so that one without them takes no system from the other dates of its run.
    """
    rows, more = inputs["ml_feature_store_v2"][["game_date", *_KEY]], inputs.past["ml_feature_store_v3"]
    found = rows.merge(more[_KEY], on=_KEY, how="left", indicator=True)
    return inputs.days.difference(found.loc[found["_merge"].eq("left_only"), "game_date"])


class _Slate:
    """Feature rows of some dates, all of them extended or none, and the output of the systems for them."""

    def __init__(self, inputs: Inputs, days: pd.DatetimeIndex, *, is_extended: bool):
        frame, more = inputs["ml_feature_store_v2"], inputs.past["ml_feature_store_v3"]
        self.rows = frame[frame["game_date"].isin(days)].reset_index(drop=True)
        if is_extended:
            self.rows = self.rows[_KEY].merge(more[more["game_date"].isin(days)], on=_KEY, how="left")

    def outputs(
        self, models: dict[str, str], store: ArtefactStore, context: dg.AssetExecutionContext
    ) -> dict[str, SystemOutput]:
        """Output of every system that has its inputs; rows of a refused model hold the reason."""
        columns = set(self.rows.columns)
        found = {rule.name: rule_output(rule, self.rows) for rule in RULES if set(rule.inputs) <= columns}
        loaded: dict[str, ModelArtefact] = {}
        for model in MODELS:
            if model.name in models and set(model.inputs) <= columns:
                found[model.name] = self._model_output(model, models[model.name], store, context, loaded)
        for system in ENSEMBLES:
            if system.name in models and set(system.members) <= set(found):
                found[system.name] = self._together(
                    system, models[system.name], found, loaded, store, context
                )
        return found

    def _model_output(
        self,
        model: Model,
        model_id: str,
        store: ArtefactStore,
        context: dg.AssetExecutionContext,
        loaded: dict[str, ModelArtefact],
    ) -> SystemOutput:
        try:
            artefact = artefacts.load(store, model_id)
            output = model_output(artefact, only_features(self.rows, model.inputs))
        except (ArtefactError, FeatureNamesError) as error:  # damaged, or of code with other features
            context.log.error(f"{model_id}: {error}")
            return unavailable_output(model.name, self.rows, f"model refused: {error}")
        loaded[model.name] = artefact
        return output

    def _together(
        self,
        system: Ensemble,
        model_id: str,
        found: dict[str, SystemOutput],
        loaded: dict[str, ModelArtefact],
        store: ArtefactStore,
        context: dg.AssetExecutionContext,
    ) -> SystemOutput:
        try:
            stored = load_document(ensemble.StoredEnsemble, store, model_id)
        except ArtefactError as error:
            context.log.error(str(error))
            return unavailable_output(system.name, self.rows, f"model refused: {error}")
        needed = ensemble.members_used(stored.weights)
        served = {name: loaded[name].model_id if name in loaded else "none" for name in needed}
        if others := [name for name in needed if served[name] != stored.members[name]]:
            # Monday's weights do not apply to a member that was retrained on Tuesday.
            reason = f"weighed with {stored.members[others[0]]}, served is {served[others[0]]}"
            return unavailable_output(system.name, self.rows, reason)
        return ensemble_output(system.name, found, stored, self.rows, model_id)


PREDICTIONS = (
    Table(
        "player_prop_predictions",
        group="predictions",
        kinds=frozenset({"xgboost", "catboost", "numpy", "parquet"}),
        compute=_predict,
        versioned=(
            prediction_rows,
            offers_as_of,
            recommendations,
            serving,
            with_roles,
            with_versions,
            largest_contributions,
            rule_output,
            model_output,
            ensemble_output,
        ),
        inputs=(
            Input("raw_schedule"),
            Input("raw_player_points_lines", LINE_COLUMNS),
            Input("ml_feature_store_v2"),
            Input("upcoming_player_game_context", CONTEXT_COLUMNS),
        ),
        history=(
            *(
                History(
                    system,
                    LIFE_DAYS,
                    ("model_id",),
                    and_same_date=True,
                    uses=(Window(columns=("model_id",), last=1),),
                )
                for system in LEARNED_SYSTEMS
            ),
            # The newest registry: one row per system.
            History(
                "model_registry",
                LIFE_DAYS,
                REGISTERED,
                and_same_date=True,
                uses=(Window(columns=REGISTERED, last=len(CANDIDATES)),),
            ),
            History("ml_feature_store_v3", 0, and_same_date=True),  # if it is stored
        ),
        in_parts=by_stretch,
        takes_long=True,
        own=OwnRows(only="is_pregame"),  # a prediction made before tip-off is never rewritten
        config=Recommending,
    ),
)
