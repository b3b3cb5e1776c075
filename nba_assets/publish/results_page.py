"""The page of results in the documentation: what the graded predictions of a lake were worth, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from nba_assets.modeling.evaluation.bets import edge_band
from nba_assets.publish.contract.record import EdgeBucket, Record, Score, SeasonScore, System
from nba_assets.publish.site.text import percent, plain, points, signed

_WHOSE = {"with_line": "players with a line", "all": "everyone who played"}
_HONEST = 0.02  # a quantile is off when the observed share differs by more
_HEAD = """# Results

Made from the graded predictions of a lake by `nba-assets results`, through {date}. Every prediction was made
from what was known before its game, by models trained on earlier dates; intervals are 95 % over game dates.
MAE is the mean absolute error in points. `lineup_aware` and `lineups_anchored` also know the announced
lineups: they predict half an hour before tip-off, the others from the morning on.
"""


def results_page(record: Record) -> str:
    """The record of every system, season by season, and what does not work, in Markdown."""
    shown = record.champion or next(iter(level.system for level in record.quantiles), "")
    parts = [_HEAD.format(date=record.game_date), _serving(record), *_comparisons(record)]
    parts += [*_calibration(record, shown), *_picks(record, shown), *_shortcomings(record, shown)]
    return "\n".join(parts).rstrip() + "\n"


def _serving(record: Record) -> str:
    if record.champion is None:
        return "No system has earned to serve: none meets every criterion of the registry.\n"
    how = "a person chose it" if record.champion_by_hand else "it met the criteria of the registry"
    return f"`{record.champion}` serves; {how}.\n"


def _comparisons(record: Record) -> Iterator[str]:
    """A table for each season and population: every system on the same rows."""
    for season in dict.fromkeys(score.season for score in record.seasons):
        for population, whose in _WHOSE.items():
            scores = [s for s in record.seasons if s.season == season and s.population == population]
            if scores:
                yield f"## {season}, {whose}\n"
                reference = next((plain(s.reference) for s in scores if s.reference), "the reference")
                yield f"{scores[0].rows:,} rows of {scores[0].dates:,} dates, the same for every system.\n"
                yield _table(
                    ("system", "MAE", "bias", f"difference to {reference}"),
                    ((f"`{s.system}`", _interval(s.mae), signed(s.bias, 2), _difference(s)) for s in scores),
                )


def _calibration(record: Record, system: str) -> Iterator[str]:
    levels = [level for level in record.quantiles if level.system == system]
    bins = [each for each in record.reliability if each.system == system]
    if levels:
        yield f"## Calibration of `{system}`\n"
        yield _table(
            ("predicted quantile", "results at or below it", "results"),
            ((percent(each.level), percent(each.observed, 1), f"{each.rows:,}") for each in levels),
        )
    if bins:
        yield _table(
            ("predicted chance of going over", "went over", "predictions"),
            ((percent(b.predicted), percent(b.observed), f"{b.rows:,}") for b in bins),
        )


def _picks(record: Record, system: str) -> Iterator[str]:
    buckets = [bucket for bucket in record.edges if bucket.system == system]
    if buckets:
        yield f"## Bets of `{system}`\n"
        yield (
            "Each recommendation is a paper bet at the line and price that a book offered. Break-even is the "
            "share that returns nothing at these prices, the return is per unit staked. Of several rows, one "
            "may look good by chance.\n"
        )
        yield _table(
            ("edge, points", "bets", "won", "break-even", "return"),
            (
                (_edge(b), f"{b.correct + b.wrong:,}", _share(b.hit_rate), percent(b.break_even, 1),
                 _share(b.profit).replace("-", "\u2212"))
                for b in buckets
            ),
        )  # fmt: skip


def _shortcomings(record: Record, shown: str) -> Iterator[str]:
    found = [*_not_better(record.seasons), *_lost(record, shown), *_uncalibrated(record, shown)]
    found += [_held_back(each) for each in record.systems if each.state not in (None, "champion")]
    yield "## What does not work\n"
    yield "\n".join(f"- {each}" for each in found) if found else "Nothing that these rows show."


def _not_better(seasons: Sequence[SeasonScore]) -> Iterator[str]:
    """Systems that do not err less than the reference, in each population's newest season."""
    for population, whose in _WHOSE.items():
        newest = [score for score in seasons if score.population == population]
        scores = [score for score in newest if score.season == newest[0].season]
        poor = [s for s in scores if s.difference and (s.difference.high is None or s.difference.high >= 0)]
        if poor:
            names = ", ".join(f"`{score.system}`" for score in poor)
            than = plain(poor[0].reference or "")
            yield f"{newest[0].season}, {whose}: not shown to err less than {than}: {names}."


def _lost(record: Record, shown: str) -> Iterator[str]:
    for bucket in record.edges:
        low = bucket.profit.low
        if bucket.system == shown and (low is None or low <= 0):
            yield (
                f"Bets of `{shown}`, edge {_edge(bucket)}: {_share(bucket.hit_rate)} won; that they earn "
                "money is not shown."
            )


def _uncalibrated(record: Record, shown: str) -> Iterator[str]:
    for level in record.quantiles:
        if level.system == shown and abs(level.observed - level.level) > _HONEST:
            yield (
                f"The {percent(level.level)} quantile of `{shown}` holds {percent(level.observed, 1)} of the "
                "results."
            )


def _held_back(system: System) -> str:
    return f"`{system.system}` does not serve, it is {system.state} since {system.since}: {system.verdict}"


def _edge(bucket: EdgeBucket) -> str:
    return edge_band(
        *(sign * inf if end is None else end for sign, end in ((-1, bucket.low), (1, bucket.high)))
    )


def _difference(score: SeasonScore) -> str:
    found = score.difference
    return f"{signed(found.value, 3)} [{signed(found.low, 3)}, {signed(found.high, 3)}]" if found else ""


def _interval(score: Score) -> str:
    return f"{points(score.value, 3)} [{points(score.low, 3)}, {points(score.high, 3)}]"


def _share(score: Score) -> str:
    return f"{percent(score.value, 1)} [{percent(score.low, 1)}, {percent(score.high, 1)}]"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
