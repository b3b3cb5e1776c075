"""An experiment on the seasons of a lake: every system, baseline and the line on the same rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from nba_assets.cli.options import Version
from nba_assets.lineage.code_version import code_version
from nba_assets.modeling.evaluation.calibration_metrics import METRICS
from nba_assets.modeling.evaluation.metrics import TIERS, WITH_LINE, comparison
from nba_assets.modeling.evaluation.system_scores import system_scores, unpredicted
from nba_assets.modeling.fitting.training_rows import left_out
from nba_assets.modeling.systems.catalog import BASELINES, CANDIDATES, LEARNED_SYSTEMS
from nba_assets.reports.models.holdout import Holdout, by_seasons, holdout
from nba_assets.reports.models.season_looks import Look, record_look
from nba_assets.reports.reading import read_table
from nba_assets.runs.report import print_comparison, print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

RESULTS = ("game_id", "player_id", "minutes", "pts", "is_production_ready")
_SYSTEMS: dict[Version, tuple[str, ...]] = {"early": CANDIDATES, "lineups": LEARNED_SYSTEMS}
_POPULATIONS = ("all", WITH_LINE, *TIERS)
_BASELINES = [rule.name for rule in BASELINES]


def evaluate_seasons(
    console: Console,
    settings: Settings,
    train: Sequence[str],
    stop: str,
    test: str,
    version: Version,
    out: Path | None,
) -> None:
    """Train on some seasons, stop, weigh and calibrate on the next, test on another; print and store.

    The version ``early`` knows no lineups, ``lineups`` has the systems that read them beside the others. The
    look at the test season is recorded in the lake before its figures are shown.

    Raises:
        ValueError: a season without rows, or seasons out of order.
    """
    store = open_store(settings.lake)
    lake = Lake(store)
    features = read_table(lake, "ml_feature_store_v3")
    results = read_table(lake, "player_game_summary", RESULTS)
    found = holdout(features, results, by_seasons((tuple(train), stop, test)), _SYSTEMS[version])
    calibrations = {name: fit.calibration for name, fit in found.fitted.items()}
    chosen = system_scores(found.predictions, features, found.ensembles, calibrations, side="validation")
    looks = record_look(
        store,
        Look(
            trained_on=tuple(train),
            stopped_on=stop,
            tested_on=test,
            code_version=code_version(holdout),
            looked_at=dt.datetime.now(dt.UTC),
        ),
    )
    print_frame(console, f"Weights, fitted on every second day of {stop}", _weights(found))
    _print_scores(console, chosen, f"{stop}, on which everything was chosen")
    _print_scores(console, found.scores, f"{test}, trained on {', '.join(train)} and stopped on {stop}")
    versions = len({look.code_version for look in looks})
    console.print(
        f"{test} has been tested on {len(looks)} times from this lake, with {versions} versions of the code; "
        f"first on {looks[0].looked_at.date()}"
    )
    if out is not None:
        document = _document(found, chosen, looks) | {
            "not_learned_from": _not_learned_from(features, results, (*train, stop, test)),
            "not_predicted_by": {
                side: unpredicted(found.predictions, features, found.ensembles, side)
                for side in ("validation", "test")
            },
        }
        out.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"wrote {out}")


def _print_scores(console: Console, scores: pd.DataFrame, title: str) -> None:
    """Systems by population beside their strongest baseline or the line; then distributions."""
    for population in _POPULATIONS:
        table = comparison(scores, population, _BASELINES)
        if len(table):
            print_comparison(console, f"{title}: {population}", table)
    whole = scores["population"].isin(("all", WITH_LINE)) & scores["rows"].gt(0)
    shapes = scores[scores["metric"].isin(METRICS) & whole]
    columns = ["population", "system", "metric", "value", "low", "high", "rows", "dates"]
    print_frame(console, f"{title}: distributions, 95 % over dates", shapes[columns])


def _weights(found: Holdout) -> pd.DataFrame:
    """Weights of every ensemble, without and with a line."""
    rows = [
        {"ensemble": system, "rows": rows, "fitted on": count, **weights}
        for system, ensemble in found.ensembles.items()
        for rows, count, weights in (
            ("without a line", ensemble.weights.rows, ensemble.weights.weights),
            ("with a line", ensemble.weights.line_rows, ensemble.weights.line_weights),
        )
    ]
    return pd.DataFrame(rows).fillna(0.0)


def _not_learned_from(
    features: pd.DataFrame, results: pd.DataFrame, seasons: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Rows of each season that are neither learned from nor measured, by reason."""
    reasons = left_out(features, results)
    counts = {
        season: reasons[features["season"].eq(season).to_numpy(bool)].value_counts() for season in seasons
    }
    return {season: {str(why): int(rows) for why, rows in found.items()} for season, found in counts.items()}


def _document(found: Holdout, chosen: pd.DataFrame, looks: list[Look]) -> dict[str, Any]:
    """What was measured, as JSON: a metric without rows is null."""
    return {
        "looks": [look.model_dump(mode="json") for look in looks],
        "ensembles": {name: each.weights.model_dump(mode="json") for name, each in found.ensembles.items()},
        "validation": _records(chosen),
        "test": _records(found.scores),
    }


def _records(scores: pd.DataFrame) -> list[dict[str, Any]]:
    known = scores.astype("object").where(scores.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]
