"""The one file of thresholds, typed and validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator, model_validator

from nba_assets.domain.feature_store.ml_feature_store_v2 import COVERED, NAMES
from nba_assets.domain.feature_store.ml_feature_store_v3 import COVERED_EXTRA

_SECTION, _RANGES = "regressions", "ranges"
_EACH = "each_required_feature"
_REQUIRED = {"ml_feature_store_v2": COVERED, "ml_feature_store_v3": COVERED_EXTRA}
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Threshold(BaseModel):
    """Shares below which a metric of a date fails or warns; 0 never does.

    Attributes:
        fail_below: share that fails.
        warn_below: share that warns.
        tolerated: missing keys that never fail a date, however few are expected.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_below: float
    warn_below: float | None = None
    tolerated: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _warn_is_stricter(self) -> Threshold:
        if not 0 <= self.fail_below <= 1:
            raise ValueError("fail_below is a share from 0 to 1")
        if self.warn_below is not None and not self.fail_below <= self.warn_below <= 1:
            raise ValueError("warn_below lies between fail_below and 1")
        return self

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Without a tolerance of 0: it is part of a table's code version, and most metrics have none."""
        return ((name, value) for name, value in super().__repr_args__() if name != "tolerated" or value)


class Thresholds(RootModel[dict[str, dict[str, Threshold]]]):
    """Thresholds by table and metric."""

    def check_names(self, metrics: Mapping[str, set[str]]) -> None:
        """Hold the file equal to what is measured.

        Raises:
            ValueError: a table or metric of one side that the other does not have.
        """
        named = {(table, metric) for table, rows in self.root.items() for metric in rows}
        measured = {(table, metric) for table, rows in metrics.items() for metric in rows}
        if named != measured:
            raise ValueError(
                f"coverage.yaml: unknown {sorted(named - measured)}, "
                f"without threshold {sorted(measured - named)}"
            )


class RegressionLimits(BaseModel):
    """When a feature of a date has regressed against the dates before it.

    Attributes:
        window_dates: earlier game dates a date is held against.
        minimum_dates: fewer earlier dates than these judge nothing.
        regression_below: share of the date over share of the window: below it, a regression (fails).
        degradation_below: below it, a degradation (warns).
        significance: largest probability of such a share by chance.
        constant_rows: fewest rows that may be called constant.
        comparable_dates: fewest earlier dates, of no more games, a constant date is held against.
        usually_constant_above: share of them on which the feature may be constant before it counts as usual.
        may_be_constant: features that may stay constant over a whole window by their meaning.
        calendar_features: features that the calendar alone makes constant on some dates: they warn.
        leak_above: absolute correlation of one feature with the points.
        leak_rows: fewest rows a correlation is taken over.
        drift_dates: game dates whose mean is held against the window before them.
        drift_standard_errors: distance of the means that warns.
        drift_standard_deviations: smaller distances, in standard deviations of rows, are of no consequence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_dates: Count
    minimum_dates: Count
    regression_below: Share
    degradation_below: Share
    significance: Share
    constant_rows: Count
    comparable_dates: Count
    usually_constant_above: Share
    may_be_constant: tuple[str, ...]
    calendar_features: tuple[str, ...]
    leak_above: Share
    leak_rows: Count
    drift_dates: Count
    drift_standard_errors: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    drift_standard_deviations: Annotated[float, Field(ge=0, allow_inf_nan=False)]

    @field_validator("may_be_constant", "calendar_features")
    @classmethod
    def _are_features(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(names) - set(NAMES))
        if unknown:
            raise ValueError(f"not features: {unknown}")
        return names

    @model_validator(mode="after")
    def _in_order(self) -> RegressionLimits:
        if self.regression_below > self.degradation_below:
            raise ValueError("degradation_below is at least regression_below")
        if max(self.minimum_dates, self.comparable_dates) > self.window_dates:
            raise ValueError("minimum_dates and comparable_dates lie within window_dates")
        return self


@cache
def _committed() -> Mapping[str, Any]:
    return yaml.safe_load(files("nba_assets.quality").joinpath("coverage.yaml").read_text())


@cache
def thresholds() -> Thresholds:
    """The committed thresholds of coverage, one for each required feature of a feature store.

    Raises:
        pydantic.ValidationError: a key or value that is not a threshold.
    """
    tables = {name: dict(rows) for name, rows in _committed().items() if name not in (_SECTION, _RANGES)}
    for table, features in _REQUIRED.items():
        each = tables[table].pop(_EACH)
        tables[table] = dict.fromkeys(features, each) | tables[table]
    return Thresholds.model_validate(tables)


@cache
def optional_tables() -> frozenset[str]:
    """Tables whose coverage never fails a date: a source may lack them, and they can stop nothing."""
    limits = thresholds().root.items()
    return frozenset(
        table for table, rows in limits if rows and not any(row.fail_below for row in rows.values())
    )


@cache
def range_thresholds() -> Thresholds:
    """The committed thresholds of whole ranges: the share of dates that may feed others.

    Raises:
        KeyError: the file has no such section.
        pydantic.ValidationError: a key or value that is not a threshold.
    """
    return Thresholds.model_validate(_committed()[_RANGES])


@cache
def regression_limits() -> RegressionLimits:
    """The committed limits of regressions.

    Raises:
        KeyError: the file has no such section.
        pydantic.ValidationError: a key or value that is not a limit.
    """
    return RegressionLimits.model_validate(_committed()[_SECTION])
