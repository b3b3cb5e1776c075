"""GO or NO-GO before a fit: the evidence on the training rows, and the verdict with its override.

Belongs here: what training rows must hold, models.md, "Training". Does not: choosing rows (training), the
check that shows the verdict (assets).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from nba_assets.calendar.seasons import open_by
from nba_assets.domain.feature_store.ml_feature_store_v2 import FROM_ZONES
from nba_assets.modeling.inputs import TEXT, require_columns

SYNTHETIC_SOURCES: Final = ("simulated",)


class GateLimits(BaseModel):
    """Least evidence for GO; the defaults are those of models.md, and lower limits need a reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(default=35_000, ge=0, description="Least rows.")
    recommended_rows: int = Field(default=50_000, ge=0, description="Rows below which GO warns.")
    dates: int = Field(default=150, ge=0, description="Least game dates.")
    players: int = Field(default=400, ge=0, description="Least distinct players.")
    rows_a_season: int = Field(default=10_000, ge=0, description="Least rows of each finished season.")
    minutes: float = Field(default=0.99, ge=0, le=1, description="Least share with minutes.")
    usage: float = Field(default=0.95, ge=0, le=1, description="Least share with a usage rate.")
    zones: float = Field(default=0.40, ge=0, le=1, description="Least share with shot zones.")
    feature: float = Field(default=0.95, ge=0, le=1, description="Least share with each required feature.")

    def lowered(self) -> dict[str, tuple[float, float]]:
        """Limits below their defaults, each with its default: a GO by them would be none."""
        own = {name: (getattr(self, name), field.default) for name, field in type(self).model_fields.items()}
        return {name: (limit, default) for name, (limit, default) in own.items() if limit < default}


class Evidence(BaseModel):
    """One condition of the gate: the count found and the count required."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    found: float
    required: float
    holds: bool
    warning: bool = False


class GateVerdict(BaseModel):
    """GO or NO-GO, all evidence, and the reason of an override."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    go: bool
    evidence: tuple[Evidence, ...]
    override_reason: str | None = None

    @property
    def may_fit(self) -> bool:
        """GO, or overridden with a reason."""
        return self.go or self.override_reason is not None

    @property
    def without_override(self) -> "GateVerdict":
        """The same evidence without an override."""
        return self.model_copy(update={"override_reason": None})

    @property
    def words(self) -> str:
        """One line."""
        broken = [f"{e.name}: {e.found:g}, at least {e.required:g}" for e in self.evidence if not e.holds]
        if self.go:
            weak = [f"{e.name}: {e.found:g}, {e.required:g} recommended" for e in self.evidence if e.warning]
            return "GO" + (f" with a warning: {'; '.join(weak)}" if weak else "")
        overridden = f"; overridden: {self.override_reason}" if self.override_reason else ""
        return f"NO-GO: {'; '.join(broken)}{overridden}"

    def record(self) -> dict[str, Any]:
        """What a model's metadata keeps."""
        return {"verdict": "GO" if self.go else "NO-GO", "words": self.words,
                "override_reason": None if self.go else self.override_reason,
                "evidence": [item.model_dump(mode="json") for item in self.evidence]}  # fmt: skip


def training_verdict(
    rows: pd.DataFrame,
    facts: pd.DataFrame,
    required: Sequence[str],
    limits: GateLimits,
    override_reason: str | None = None,
    since: date | None = None,
) -> GateVerdict:
    """GO when every condition holds on the rows a fit would see, and no limit is lower than its default.

    In: rows of `training_rows`; in the same order, usage_rate, paint_fga and source of each; features that
    must exist; the date before which rows were left out. The newest season may be unfinished, and one
    that `since` cuts is not whole: both have no least number of rows. An empty override reason is none.
    Raises MissingColumnsError.
    """
    require_columns(rows, ("game_date", "player_id", "season", "minutes", *required), "the training rows")
    require_columns(facts, ("usage_rate", "paint_fga", "source"), "the facts of the training rows")
    if len(facts) != len(rows):
        raise ValueError(f"{len(facts)} facts of {len(rows)} rows")
    seasons = rows.groupby("season").size().sort_index()
    finished = seasons.iloc[:-1]
    if since is not None:
        # The first two weeks of a season are never learned from, so a later start within them cuts no row.
        finished = finished[[open_by(str(season)) >= since for season in finished.index]]
    synthetic = int(facts["source"].astype(TEXT).isin(SYNTHETIC_SOURCES).sum())
    known_usage = facts["usage_rate"].notna().to_numpy() | rows["minutes"].eq(0).to_numpy()
    evidence = [
        _least("rows", len(rows), limits.rows),
        Evidence(
            name="rows recommended", found=len(rows), required=limits.recommended_rows, holds=True,
            warning=len(rows) < limits.recommended_rows,
        ),
        _least("dates", int(rows["game_date"].nunique()), limits.dates),
        _least("players", int(rows["player_id"].nunique()), limits.players),
        *(_least(f"rows of {season}", rows, limits.rows_a_season) for season, rows in finished.items()),
        _least("minutes", _share(rows["minutes"].notna()), limits.minutes),
        _least("usage", _share(known_usage), limits.usage),
        _least("zones", _share(facts["paint_fga"].notna()), limits.zones),
        *(
            _least(name, _share(rows[name].notna()), limits.zones if name in FROM_ZONES else limits.feature)
            for name in required
        ),
        Evidence(
            name="rows that are not synthetic", found=len(rows) - synthetic, required=len(rows),
            holds=synthetic == 0,
        ),
        *(_least(f"limit of {name}", *pair) for name, pair in limits.lowered().items()),
    ]  # fmt: skip
    return GateVerdict(
        go=all(item.holds for item in evidence),
        evidence=tuple(evidence),
        override_reason=(override_reason or "").strip() or None,
    )


def _least(name: str, found: float, least: float) -> Evidence:
    return Evidence(name=name, found=float(found), required=float(least), holds=found >= least)


def _share(condition: pd.Series | np.ndarray) -> float:
    return float(condition.mean()) if len(condition) else 0.0
