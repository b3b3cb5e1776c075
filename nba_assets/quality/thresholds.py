"""The one file of thresholds, typed and validated.

What belongs here: reading coverage.yaml. What does not: how a metric is measured (measures.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, model_validator


class Threshold(BaseModel):
    """Shares below which a metric of a date fails or warns; 0 never does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_below: float
    warn_below: float | None = None

    @model_validator(mode="after")
    def _warn_is_stricter(self) -> Threshold:
        if not 0 <= self.fail_below <= 1:
            raise ValueError("fail_below is a share from 0 to 1")
        if self.warn_below is not None and not self.fail_below <= self.warn_below <= 1:
            raise ValueError("warn_below lies between fail_below and 1")
        return self


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


@cache
def thresholds() -> Thresholds:
    """The committed thresholds.

    Raises:
        pydantic.ValidationError: a key or value that is not a threshold.
    """
    text = files("nba_assets.quality").joinpath("coverage.yaml").read_text()
    return Thresholds.model_validate(yaml.safe_load(text))
