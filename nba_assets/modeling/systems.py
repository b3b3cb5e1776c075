"""The prediction systems: one entry each, and how an entry turns a feature frame into its output.

Belongs here: names, kinds and required inputs.
Does not: the rules (baselines), the fit (training), thresholds and rows (predicting).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from nba_assets.domain import feature_registry
from nba_assets.modeling import baselines, predicting
from nba_assets.modeling.artefacts import ModelArtefact
from nba_assets.modeling.inputs import TEXT, missing_names
from nba_assets.modeling.predicting import SystemOutput

BaselineRule = Callable[[pd.DataFrame], pd.DataFrame]
ModelRule = Callable[[ModelArtefact, pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Baseline:
    """A rule that needs only feature columns."""

    name: str
    function: BaselineRule
    required_inputs: tuple[str, ...]
    """Columns without whose value a row is not predicted."""
    optional_inputs: tuple[str, ...] = ()
    """Columns whose NULL makes their term 0."""
    kind: Literal["baseline"] = "baseline"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every column the rule reads."""
        return (*self.required_inputs, *self.optional_inputs)


@dataclass(frozen=True)
class Model:
    """A system that needs a stored model of its feature set."""

    name: str
    function: ModelRule
    feature_set: str
    required_inputs: tuple[str, ...]
    """Feature columns the frame must have, in order; their NULL goes in as NaN."""
    kind: Literal["model"] = "model"


System = Baseline | Model

SYSTEMS: Final[dict[str, System]] = {
    system.name: system
    for system in (
        Baseline("season_average", baselines.season_average, baselines.SEASON_AVERAGE_INPUTS),
        Baseline("last_10_average", baselines.last_10_average, baselines.LAST_10_AVERAGE_INPUTS),
        Baseline(
            "hand_rules",
            baselines.hand_rules,
            baselines.HAND_RULES_MAIN_INPUTS,
            baselines.HAND_RULES_TERM_INPUTS,
        ),
        Model("xgboost_v1", predicting.predict, feature_registry.VERSION, feature_registry.NAMES),
    )
}
BASELINES: Final[tuple[Baseline, ...]] = tuple(s for s in SYSTEMS.values() if isinstance(s, Baseline))


def baseline_points(features: pd.DataFrame) -> pd.DataFrame:
    """Points of every baseline, one float64 column each, same index. Raises MissingColumnsError."""
    return pd.DataFrame({rule.name: rule.function(features)["predicted_points"] for rule in BASELINES})


def baseline_output(rule: Baseline, features: pd.DataFrame) -> SystemOutput:
    """Output of a baseline; a row without a required input is NULL and says which it lacks."""
    said = rule.function(features)
    lacking = missing_names(features, rule.required_inputs)
    reason = ("missing " + lacking).where(said["predicted_points"].isna())
    return SystemOutput(rule.name, said.assign(reason=reason.astype(TEXT)), rule.inputs)


def model_output(artefact: ModelArtefact, features: pd.DataFrame) -> SystemOutput:
    """Output of a stored model; missing features go in as NaN and are named. Raises FeatureNamesError."""
    rows = pd.DataFrame(
        {
            "predicted_points": predicting.predict(artefact, features),
            "missing_terms": missing_names(features, artefact.feature_names),
            "reason": pd.Series(pd.NA, index=features.index, dtype=TEXT),
        },
        index=features.index,
    )
    return SystemOutput(
        artefact.system, rows, artefact.feature_names, artefact.model_id, artefact.trained_through
    )


def unavailable_output(system: str, features: pd.DataFrame, reason: str) -> SystemOutput:
    """Output of a system whose artefact is missing or refused: no row is predicted, each says why."""
    rows = pd.DataFrame(
        {
            "predicted_points": pd.Series(float("nan"), index=features.index, dtype="float64"),
            "missing_terms": pd.Series("", index=features.index, dtype=TEXT),
            "reason": pd.Series(reason, index=features.index, dtype=TEXT),
        },
        index=features.index,
    )
    return SystemOutput(system, rows, ())
