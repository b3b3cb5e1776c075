"""What the page of the models shows: the record against baselines and the line, and calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nba_assets.publish.contract.record import Record, SeasonScore, System, Window
from nba_assets.publish.site.scales import Scale
from nba_assets.publish.site.text import count, percent, picks_record, plain, points

_SEASONS = 2
_ALARMS = ("WATCH", "DEGRADING", "BLOCKED")


@dataclass(frozen=True)
class Comparison:
    """Systems on identical rows of a season."""

    season: str
    whose: str
    reference: str | None
    scores: list[SeasonScore]
    scale: Scale


@dataclass(frozen=True)
class SquarePlot:
    """Predicted against observed shares: (x, y, radius, words) each."""

    title: str
    words: str
    x: str
    points: list[tuple[float, float, float, str]]


def models_values(record: Record) -> dict[str, Any]:
    """What the template ``models`` takes."""
    shown = record.champion or _with_distribution(record)
    return {
        "record": record,
        "shown": shown,
        "baselines": {system.system for system in record.systems if system.is_baseline},
        "heading": f"{plain(record.champion).capitalize()} serves" if record.champion else "No system serves",
        "deck": _deck(record),
        "comparisons": _comparisons(record),
        "reliability": _reliability(record, shown),
        "quantiles": _quantiles(record, shown),
        "edges": (edges := [bucket for bucket in record.edges if bucket.system == shown]),
        "edge_scale": Scale.of(
            [end for e in edges for end in (e.hit_rate.low, e.hit_rate.high, e.hit_rate.value)]
            + [e.break_even for e in edges]
        ),
        "systems": [(s, _facts(s), _alarm(s)) for s in record.systems],
    }


def _with_distribution(record: Record) -> str:
    """The system to show where none serves: one with a distribution, else the best of the newest season."""
    known = [level.system for level in record.quantiles]
    best = [score.system for score in record.seasons]
    return next(iter([*known, *best]), "")


def _deck(record: Record) -> str:
    system = record.champion
    lined = [
        s for s in record.seasons if s.population == "with_line" and s.season == record.seasons[0].season
    ]
    own = next((s for s in lined if s.system == system), None)
    parts = []
    if own and own.difference:
        against = "better" if (own.difference.value or 0) < 0 else "worse"
        parts.append(
            f"where there is a line it is {points(abs(own.difference.value or 0), 2)} points a player "
            f"{against} than the line"
        )
    if picks := picks_record(record, system):
        parts.append(picks)
    if not parts:
        return "What the predictions of each system were worth, on identical rows."
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def _comparisons(record: Record) -> list[Comparison]:
    seasons = list(dict.fromkeys(score.season for score in record.seasons))[:_SEASONS]
    found = []
    for season in seasons:
        for population in ("with_line", "all"):
            scores = [s for s in record.seasons if s.season == season and s.population == population]
            if scores:
                found.append(_comparison(season, population, scores))
    return found


def _comparison(season: str, population: str, scores: list[SeasonScore]) -> Comparison:
    return Comparison(
        season=season,
        whose="players with a line" if population == "with_line" else "everyone who played",
        reference=next((score.reference for score in scores if score.reference), None),
        scores=scores,
        scale=Scale.of([end for s in scores for end in (s.mae.low, s.mae.high, s.mae.value)]),
    )


def _reliability(record: Record, system: str) -> SquarePlot | None:
    bins = [each for each in record.reliability if each.system == system]
    if not bins:
        return None
    return SquarePlot(
        title="Chance of going over the line: predicted, and what happened. Larger dots: more predictions.",
        words=f"Calibration of {plain(system)}",
        x="predicted, %",
        points=[
            (
                each.predicted,
                each.observed,
                _radius(each.rows),
                f"{percent(each.predicted)} predicted, {percent(each.observed)} happened, "
                f"{count(each.rows, 'prediction')}",
            )
            for each in bins
        ],
    )


def _quantiles(record: Record, system: str) -> SquarePlot | None:
    levels = [each for each in record.quantiles if each.system == system]
    if not levels:
        return None
    return SquarePlot(
        title="Share of results at or below each predicted quantile.",
        words=f"Quantiles of {plain(system)}",
        x="quantile, %",
        points=[
            (
                each.level,
                each.observed,
                5.0,
                f"{percent(each.level)} quantile: {percent(each.observed, 1)} of "
                f"{count(each.rows, 'result')} at or below",
            )
            for each in levels
        ],
    )


def _radius(rows: int) -> float:
    return round(min(2.5 + math.sqrt(rows) / 6, 14.0), 1)


def _facts(system: System) -> str:
    """How a system has done over the last thirty days; empty without a graded prediction."""
    everyone, lined = _window(system, "all"), _window(system, "with_line")
    if everyone is None:
        return ""
    words = f"Misses by {points(everyone.mae, 2)} points on average, {count(everyone.rows, 'prediction')}"
    if lined is None or lined.accuracy is None:
        return f"{words}."
    return f"{words}; {percent(lined.accuracy, 1)} of {count(lined.picks, 'pick')} right."


def _alarm(system: System) -> str | None:
    """The state of a system that does worse than it should."""
    everyone = _window(system, "all")
    return everyone.state if everyone and everyone.state in _ALARMS else None


def _window(system: System, population: str) -> Window | None:
    """The last thirty days."""
    return next((w for w in system.windows if w.window == "30_days" and w.population == population), None)
