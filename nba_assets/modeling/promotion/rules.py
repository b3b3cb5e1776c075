"""Whether a challenger may become champion: every criterion with its numbers, and the verdict.

Belongs here: the rules of models.md, "Promotion". Does not: measuring (evaluation, scorecard), the registry's
rows (registry).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.modeling.evaluation.metrics import TIERS
from nba_assets.modeling.evaluation.scorecard import Level, level_of
from nba_assets.modeling.fitting.xgboost_params import SMOOTH_MEDIAN
from nba_assets.modeling.inputs import require_columns

MEDIAN_OBJECTIVES: Final = frozenset({"absolute", "quantiles", "reg:absoluteerror", SMOOTH_MEDIAN})


class PromotionRules(BaseModel):
    """Limits of the criteria; the defaults are those of models.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clear_margin: float = Field(
        default=0.02, ge=0, description="Share of a rival's MAE by which beating it needs no interval."
    )
    side_gap: float = Field(
        default=0.10,
        ge=0,
        description="Most by which train, validation and test may differ in MAE over that of a baseline.",
    )
    bias: float = Field(default=0.5, ge=0, description="Most mean error, points, either way.")
    # The same half a point, for a median: on the archive's train and validation rows a shift of half a
    # point moves 3.5 to 4.6 in a hundred results from one side of a median to the other. The mean error of
    # points_quantile there is -.5 to -.8 while 48.8 to 51.5 % of the results lie above it.
    half: float = Field(
        default=0.04,
        ge=0,
        description="Most by which the share of results above a median may differ from half.",
    )
    tier_loss: float = Field(
        default=0.03, ge=0, description="Most by which a pre-game tier may be worse than the champion's."
    )
    shadow_dates: int = Field(default=2, ge=0, description="Least game dates predicted in shadow.")


class Criterion(BaseModel):
    """One condition: the requirement, the value found, and whether it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    holds: bool
    found: str
    required: str


_IN_WORDS: Final[Mapping[Level, str]] = {
    "none": "no better than the best baseline",
    "beats_baselines": "better than the best baseline",
    "by_2_percent": "2 % better than the best baseline",
    "by_5_percent": "5 % better than the best baseline",
}


class Verdict(BaseModel):
    """The answer and its reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    champion: str | None
    promoted: bool
    level: Level
    criteria: tuple[Criterion, ...]

    @property
    def words(self) -> str:
        """One line: promoted, or the first condition that does not hold and how many more."""
        broken = [criterion for criterion in self.criteria if not criterion.holds]
        if not broken:
            return f"promoted: {_IN_WORDS[self.level]}"
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        return f"refused: {broken[0].name}: {broken[0].found}, required {broken[0].required}{more}"


@dataclass(frozen=True)
class _Scores:
    """Scores of one date, looked up by population, system, metric and rival."""

    by_key: Mapping[tuple[str, str, str, str], tuple[float, float]]
    """Value, and the upper end of its interval."""

    @classmethod
    def of(cls, scores: pd.DataFrame) -> "_Scores":
        """Scores of a tidy frame of `evaluation.evaluate`. Raises MissingColumnsError."""
        require_columns(scores, ("population", "system", "metric", "versus", "value", "high"), "the scores")
        keys = (scores[name].fillna("") for name in ("population", "system", "metric", "versus"))
        values = zip(scores["value"].astype("float64"), scores["high"].astype("float64"), strict=True)
        return cls(dict(zip(zip(*keys, strict=True), values, strict=True)))

    def __contains__(self, system: str) -> bool:
        return ("all", system, "mae", "") in self.by_key

    def value(self, population: str, system: str, metric: str) -> float:
        """A metric of a system. Raises KeyError when it was not measured."""
        try:
            return self.by_key[population, system, metric, ""][0]
        except KeyError:
            raise KeyError(f"{metric} of {system} in population {population} was not measured") from None

    def highest_difference(self, system: str, rival: str) -> float:
        """Upper end of the paired MAE difference of two systems; NaN when they were not compared."""
        return self.by_key.get(("all", system, "mae_difference", rival), (np.nan, np.nan))[1]


def judge(
    system: str,
    champion: str | None,
    baselines: Sequence[str],
    scores: pd.DataFrame,
    side_ratio: Mapping[str, float],
    shadow_dates: int,
    rules: PromotionRules | None = None,
    *,
    is_median: bool = False,
) -> Verdict:
    """The verdict on a challenger; a refusal is one too.

    A champion that was not measured beside the challenger defers the verdict: nothing is promoted unmet.
    In: tidy scores of `evaluation.evaluate` in which challenger, champion (None: no champion yet) and
    baselines have the same rows; by side (train, validation, test) of the challenger's fit its MAE over that
    of a baseline on the same rows; dates it predicted in shadow; whether its point is a median. Raises
    MissingColumnsError, KeyError when a system was not measured.
    """
    known = _Scores.of(scores)
    rules = rules or PromotionRules()
    unmet = champion is not None and champion not in known
    met = None if unmet else champion
    rivals = [*baselines, *([met] if met not in (None, system) else [])]
    criteria = [
        *([_unmet(str(champion))] if unmet else []),
        *(_beats(known, system, rival, rules) for rival in rivals),
        _gaps(side_ratio, rules),
        _centre(known, system, rules) if is_median else _bias(known, system, rules),
        *_tiers(known, system, met, rules),
        Criterion(
            name="shadow", holds=shadow_dates >= rules.shadow_dates,
            found=f"{shadow_dates} dates in shadow", required=f"at least {rules.shadow_dates}",
        ),
    ]  # fmt: skip
    return Verdict(
        system=system,
        champion=champion,
        promoted=all(criterion.holds for criterion in criteria),
        level=_level(known, system, baselines),
        criteria=tuple(criteria),
    )


def _unmet(champion: str) -> Criterion:
    return Criterion(
        name="champion", holds=False, found=f"{champion} was not measured on this date",
        required="the champion on the same rows: the verdict is deferred",
    )  # fmt: skip


def _beats(scores: _Scores, system: str, rival: str, rules: PromotionRules) -> Criterion:
    own, other = (scores.value("all", name, "mae") for name in (system, rival))
    high = scores.highest_difference(system, rival)
    clear = own <= other * (1 - rules.clear_margin)
    return Criterion(
        name=f"beats {rival}",
        holds=bool(clear or high < 0),
        found=f"MAE {own:.3f} points against {other:.3f}, difference between them up to {high:+.3f}",
        required=f"a difference below 0 at both ends of its interval, or {rules.clear_margin:.0%} better",
    )


def _gaps(side_ratio: Mapping[str, float], rules: PromotionRules) -> Criterion:
    """How far the sides of a fit lie apart, each measured by a baseline on the same rows.

    Raw MAE of the sides measures the calendar: in October the test side is the playoffs.
    """
    values = np.array([side_ratio[side] for side in ("train", "validation", "test")])
    gap = float(values.max() / values.min() - 1)
    return Criterion(
        name="gap between sides",
        holds=bool(gap <= rules.side_gap),
        found=(
            f"{gap:.1%} (MAE over the baseline's: train {values[0]:.3f}, validation {values[1]:.3f}, "
            f"test {values[2]:.3f})"
        ),
        required=f"at most {rules.side_gap:.0%}",
    )


def _bias(scores: _Scores, system: str, rules: PromotionRules) -> Criterion:
    bias = scores.value("all", system, "bias")
    return Criterion(
        name="bias", holds=abs(bias) <= rules.bias, found=f"{bias:+.3f} points",
        required=f"within {rules.bias:g} either way",
    )  # fmt: skip


def _centre(scores: _Scores, system: str, rules: PromotionRules) -> Criterion:
    """What bias is for a median: as many results above it as below.

    Points are skewed to the right, so a true median lies below the mean by construction: its mean error is
    negative however good it is, and would refuse the very systems that minimise the MAE they are judged by.
    """
    above, bias = scores.value("all", system, "share_above"), scores.value("all", system, "bias")
    return Criterion(
        name="bias", holds=abs(above - 0.5) <= rules.half,
        found=f"{above:.1%} of results above the median, mean error {bias:+.3f} points",
        required=f"half, within {rules.half:.0%} either way",
    )  # fmt: skip


def _tiers(scores: _Scores, system: str, champion: str | None, rules: PromotionRules) -> list[Criterion]:
    """One criterion a tier; none without a champion to compare with, or in a tier without rows."""
    if champion is None or champion == system:
        return []
    criteria = []
    for tier in TIERS:
        own, other = (scores.value(tier, name, "mae") for name in (system, champion))
        if np.isnan(own) or np.isnan(other):
            continue
        loss = own / other - 1
        criteria.append(
            Criterion(
                name=f"tier {tier}",
                holds=loss <= rules.tier_loss,
                found=f"MAE {own:.3f} against {other:.3f} ({loss:+.1%})",
                required=f"at most {rules.tier_loss:.0%} worse",
            )
        )
    return criteria


def _level(scores: _Scores, system: str, baselines: Sequence[str]) -> Level:
    best = min(scores.value("all", name, "mae") for name in baselines)
    return level_of(scores.value("all", system, "mae"), best)
