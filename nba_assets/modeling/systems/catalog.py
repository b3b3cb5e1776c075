"""The prediction systems: one entry each, and how an entry turns a feature frame into its output.

Belongs here: names, kinds and required inputs.
Does not: the rules (baselines), the fit (training), thresholds and rows (predicting).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from nba_assets.domain.feature_store import feature_registry
from nba_assets.modeling.fitting.artefacts import ModelArtefact
from nba_assets.modeling.fitting.distribution import distribution_around
from nba_assets.modeling.inputs import LINE, TEXT, missing_names, require_columns
from nba_assets.modeling.systems import (
    baselines,
    ensemble,
    predicting,
    rule_systems,
)
from nba_assets.modeling.systems.ensemble import (
    StoredEnsemble,
    ensemble_points,
    members_used,
)
from nba_assets.modeling.systems.predicting import SystemOutput

BaselineRule = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Rule:
    """A system that needs only feature columns."""

    name: str
    function: BaselineRule
    required_inputs: tuple[str, ...]
    """Columns without whose value a row is not predicted."""
    optional_inputs: tuple[str, ...] = ()
    """Columns whose NULL makes their term 0."""
    is_baseline: bool = False
    """A system that a challenger must beat."""
    kind: Literal["rule"] = "rule"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every column the rule reads."""
        return (*self.required_inputs, *self.optional_inputs)


@dataclass(frozen=True)
class Model:
    """A system that needs a stored model of its feature set."""

    name: str
    feature_set: str
    requires: str = ""
    """Feature without whose value a row is not predicted: it is not known from the beginning."""
    kind: Literal["model"] = "model"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Feature columns the frame must have, in order; their NULL goes in as NaN."""
        return feature_registry.FEATURE_SETS[self.feature_set]


@dataclass(frozen=True)
class Ensemble:
    """A system made of others and of the line, with weights fitted on the validation window."""

    name: str
    members: tuple[str, ...]
    market: str
    """Feature by which the market is one more member, on rows with a line."""
    requires: str = ""
    """Feature without whose value a row is not predicted, whatever the members that read it weigh."""
    kind: Literal["ensemble"] = "ensemble"


System = Rule | Model | Ensemble
MARKET_MEDIAN: Final = "market_median_points"  # the feature that holds what lines and prices imply
_LINEUP: Final = "starts_tonight"  # known half an hour before tip-off
# Medians of the newest features, one of trees and one smooth: on 2023-24 they err by 4.408 and 4.394, their
# mean by 4.391. With trees of CatBoost in place of the smooth one it is 4.403. Walked forward through it with
# xgboost_v1 and catboost_v8 as further members, ensemble_v1 errs by .0016 +- .0010 more.
MEDIANS: Final = ("xgboost_extended", "points_quantile")

SYSTEMS: Final[dict[str, System]] = {
    system.name: system
    for system in (
        Rule("season_average", baselines.season_average, baselines.SEASON_AVERAGE_INPUTS, is_baseline=True),
        Rule(
            "last_10_average", baselines.last_10_average, baselines.LAST_10_AVERAGE_INPUTS, is_baseline=True
        ),
        Rule("core_average", baselines.core_average, baselines.CORE_INPUTS, is_baseline=True),
        Rule(
            "projected_points_2",
            baselines.projected_points,
            baselines.PROJECTED_POINTS_INPUTS,
            is_baseline=True,
        ),
        Rule(
            "hand_rules",
            baselines.hand_rules,
            baselines.HAND_RULES_MAIN_INPUTS,
            baselines.HAND_RULES_TERM_INPUTS,
            is_baseline=True,
        ),
        Rule(
            "moving_average",
            rule_systems.moving_average,
            rule_systems.MOVING_AVERAGE_MAIN_INPUTS,
            rule_systems.MOVING_AVERAGE_TERM_INPUTS,
        ),
        Rule(
            "zone_matchup_v1",
            rule_systems.zone_matchup,
            rule_systems.ZONE_MATCHUP_MAIN_INPUTS,
            rule_systems.ZONE_MATCHUP_TERM_INPUTS,
        ),
        Rule("similarity_balanced_v1", rule_systems.similarity, rule_systems.SIMILARITY_INPUTS),
        Model("xgboost_v1", feature_registry.VERSION),
        Model("catboost_v8", feature_registry.VERSION),
        Model("xgboost_extended", feature_registry.VERSION_SELECTED),
        Model("lineup_aware", feature_registry.VERSION_LINEUPS, requires=_LINEUP),
        Model("points_quantile", feature_registry.VERSION_WITHOUT_LINES),
        Ensemble(ensemble.ENSEMBLE, MEDIANS, LINE),
        Ensemble(ensemble.MARKET_ANCHORED, MEDIANS, MARKET_MEDIAN),
        Ensemble(ensemble.LINEUPS_ANCHORED, ("lineup_aware", "points_quantile"), MARKET_MEDIAN, _LINEUP),
    )
}
RULES: Final[tuple[Rule, ...]] = tuple(s for s in SYSTEMS.values() if isinstance(s, Rule))
BASELINES: Final[tuple[Rule, ...]] = tuple(rule for rule in RULES if rule.is_baseline)
MODELS: Final[tuple[Model, ...]] = tuple(s for s in SYSTEMS.values() if isinstance(s, Model))
POINTS_QUANTILE: Final = "points_quantile"
ENSEMBLE: Final = ensemble.ENSEMBLE
MARKET_ANCHORED: Final = ensemble.MARKET_ANCHORED
ENSEMBLES: Final[tuple[Ensemble, ...]] = tuple(s for s in SYSTEMS.values() if isinstance(s, Ensemble))
LEARNED_SYSTEMS: Final[tuple[str, ...]] = tuple(system.name for system in (*MODELS, *ENSEMBLES))
# Systems that predict half an hour before tip-off only; what is served has to be there from the beginning.
OF_LINEUPS: Final = tuple(system.name for system in (*MODELS, *ENSEMBLES) if system.requires)
CANDIDATES: Final = tuple(name for name in LEARNED_SYSTEMS if name not in OF_LINEUPS)


def baseline_points(features: pd.DataFrame) -> pd.DataFrame:
    """Points of every baseline whose inputs the frame has, one float64 column each, same index.

    ml_feature_store_v2 lacks the input of projected_points_2, ml_feature_store_v3 has all.
    """
    known = [rule for rule in BASELINES if set(rule.inputs) <= set(features.columns)]
    return pd.DataFrame({rule.name: rule.function(features)["predicted_points"] for rule in known})


def rule_output(rule: Rule, features: pd.DataFrame) -> SystemOutput:
    """Output of a rule; a row without a required input is NULL, with the missing inputs as reason."""
    predicted = rule.function(features)
    lacking = missing_names(features, rule.required_inputs)
    reason = ("missing " + lacking).where(predicted["predicted_points"].isna())
    return SystemOutput(rule.name, predicted.assign(reason=reason.astype(TEXT)), rule.inputs)


def model_output(artefact: ModelArtefact, features: pd.DataFrame) -> SystemOutput:
    """Output of a stored model; missing features go in as NaN and are named. Raises FeatureNamesError.

    A row without the feature that the system requires is NULL, with the reason.
    """
    early = _not_known_yet(artefact.system, features)
    rows = predicting.predict(artefact, features).mask(early.notna())
    rows = rows.assign(missing_terms=missing_names(features, artefact.feature_names), reason=early)
    return SystemOutput(
        artefact.system,
        rows,
        artefact.feature_names,
        artefact.model_id,
        artefact.trained_through,
        artefact.calibration,
    )


def _required(system: str) -> tuple[str, ...]:
    """The feature that a model or an ensemble requires, if any."""
    entry = SYSTEMS[system]
    return (entry.requires,) if not isinstance(entry, Rule) and entry.requires else ()


def _not_known_yet(system: str, features: pd.DataFrame) -> pd.Series:
    """Reason of the rows that lack the feature that a system requires; NULL where it is known."""
    reason = pd.Series(pd.NA, index=features.index, dtype=TEXT)
    for name in _required(system):
        reason = reason.mask(features[name].isna(), f"{name} is not known yet")
    return reason


def unavailable_output(system: str, features: pd.DataFrame, reason: str) -> SystemOutput:
    """Output of a system whose artefact is missing or refused: no row is predicted, each has the reason."""
    rows = pd.DataFrame(
        {
            "predicted_points": pd.Series(float("nan"), index=features.index, dtype="float64"),
            "missing_terms": pd.Series("", index=features.index, dtype=TEXT),
            "reason": pd.Series(reason, index=features.index, dtype=TEXT),
        },
        index=features.index,
    )
    return SystemOutput(system, rows, ())


def ensemble_output(
    system: str,
    outputs: Mapping[str, SystemOutput],
    ensemble: StoredEnsemble,
    features: pd.DataFrame,
    model_id: str,
) -> SystemOutput:
    """Output of an ensemble: weighted points and the distribution around them.

    In: outputs of its members over the same rows; what is stored of it; the line of each row (NULL
    without one). A row that a member with weight does not predict is NULL and names the members it lacks; so
    is one without the feature that the system requires. Raises MissingColumnsError.
    """
    own = (LINE, ensemble.market, *_required(system))
    require_columns(features, own, f"the frame of {system}")
    early = _not_known_yet(system, features)
    members = {name: outputs[name].rows["predicted_points"] for name in members_used(ensemble.weights)}
    made_of = [outputs[name] for name in members]
    points = ensemble_points(members, ensemble.weights, features[ensemble.market]).mask(early.notna())
    lacking = missing_names(pd.DataFrame(members), tuple(members))
    rows = distribution_around(points, features[LINE], ensemble.calibration).assign(
        predicted_points=points,
        missing_terms=lacking,
        reason=early.fillna("not predicted by " + lacking).where(points.isna()),
    )
    knows = [output.trained_through for output in made_of if output.trained_through is not None]
    read = (column for output in made_of for column in output.inputs)
    inputs = dict.fromkeys([*read, *own])
    through = max(knows, default=None)
    return SystemOutput(system, rows, tuple(inputs), model_id, through, ensemble.calibration)
