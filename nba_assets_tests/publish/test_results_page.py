"""The page of results says what the record holds, what is not good in it included."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

from nba_assets.publish.contract.record import (
    EdgeBucket,
    QuantileLevel,
    Record,
    ReliabilityBin,
    Score,
    SeasonScore,
    System,
)
from nba_assets.publish.results_page import results_page


def score(value: float, half: float = 0.1) -> Score:
    return Score(value=value, low=value - half, high=value + half)


def season(
    system: str, mae: float, difference: Score | None, reference: str = "last_10_average", who: str = "all"
) -> SeasonScore:
    return SeasonScore(
        season="2024-25",
        population=who,
        system=system,
        rows=1200,
        dates=80,
        mae=score(mae),
        bias=-0.25,
        difference=difference,
        reference=reference if difference else None,
    )


def system(name: str, state: str, since: str, verdict: str) -> System:
    return System(
        system=name,
        kind="model",
        about="A model.",
        is_baseline=False,
        state=state,
        since=since,
        model_id="m",
        trained_for=since,
        verdict=verdict,
        windows=(),
    )


def record(**changes: Any) -> Record:
    made = Record(
        game_date=dt.date(2025, 4, 13), champion="points_quantile", champion_by_hand=False, break_even=0.524,
        systems=(
            system("points_quantile", "champion", "2025-01-01", "met"),
            system("xgboost_v1", "shadow", "2025-02-01", "refused: worse"),
        ),
        seasons=(
            season("points_quantile", 4.4, score(-0.3)), season("hand_rules", 4.9, score(0.2)),
            season("last_10_average", 4.7, None),
        ),
        reliability=(),
        quantiles=(
            QuantileLevel(system="points_quantile", level=0.1, observed=0.163, rows=900),
            QuantileLevel(system="points_quantile", level=0.9, observed=0.905, rows=900),
        ),
        edges=(EdgeBucket(system="points_quantile", low=None, high=None, correct=55, wrong=45, pushes=1,
                          hit_rate=score(0.55, 0.05), break_even=0.533, profit=score(0.01, 0.08)),),
    )  # fmt: skip
    return made.model_copy(update=changes)


def test_the_record_is_shown_with_its_intervals() -> None:
    page = results_page(record()).replace("\u2212", "-")
    assert "`points_quantile` serves; it met the criteria of the registry." in page
    assert "| `points_quantile` | 4.400 [4.300, 4.500] | -0.25 | -0.300 [-0.400, -0.200] |" in page
    assert "| `last_10_average` | 4.700 [4.600, 4.800] | -0.25 |  |" in page
    won, returned = "55.0\u00a0% [50.0\u00a0%, 60.0\u00a0%]", "1.0\u00a0% [-7.0\u00a0%, 9.0\u00a0%]"
    assert f"| any | 100 | {won} | 53.3\u00a0% | {returned} |" in page


def test_what_does_not_work_is_stated() -> None:
    (_, poor) = results_page(record()).split("## What does not work\n")
    assert "not shown to err less than last 10 average: `hand_rules`." in poor
    assert "that they earn money is not shown" in poor
    assert "The 10\u00a0% quantile of `points_quantile` holds 16.3\u00a0% of the results." in poor
    assert "90\u00a0% quantile" not in poor
    assert "`xgboost_v1` does not serve, it is shadow since 2025-02-01: refused: worse" in poor


def test_a_lake_without_a_champion_is_reported() -> None:
    assert "No system has earned to serve" in results_page(record(champion=None, systems=()))


COMMITTED = Path(__file__).parents[2] / "docs/results.md"


def shapes(page: str) -> set[str]:
    """Lines without their figures, names of systems and reasons of verdicts."""
    found = set()
    for line in page.splitlines():
        line = re.sub(r"(`[^`]+`)(, `[^`]+`)*", "`x`", line.replace("\u2212", "-"))
        line = re.sub(r"(does not serve, it is) \w+ since (\S+): .*", r"\1 x since \2", line)
        line = re.sub(r"(difference to|err less than) [^|:]+", r"\1 x", line)
        line = re.sub(r"^(## Bets of|## Calibration of) .*", r"\1 x", line)
        line = re.sub(r"edge (any|below \d+|\d+ to \d+|\d+ or more)", "edge x", line)
        line = re.sub(r"^\| (any|below \d+|\d+ to \d+|\d+ or more) ", "| edge x ", line)
        found.add(re.sub(r"[+-]?\d[\d,.]*", "#", line))
    return found


def test_the_committed_page_has_the_shape_that_the_command_writes() -> None:
    """Figures are a lake's, and renewed by ``nba-assets results``; everything else is this code's."""
    market = Score(value=-0.02, low=-0.04, high=0.01)
    made = record(
        seasons=(
            season("points_quantile", 4.4, market, "market_line", "with_line"),
            season("market_line", 4.5, None, who="with_line"),
            *record().seasons,
        ),
        reliability=(ReliabilityBin(system="points_quantile", bin=6, predicted=0.6, observed=0.5, rows=90),),
    )
    committed = COMMITTED.read_text()
    assert shapes(committed) <= shapes(results_page(made)) | shapes(results_page(record(champion=None)))
    assert len(re.findall(r"^## \d{4}-\d\d, ", committed, re.MULTILINE)) >= 2
    assert "## What does not work\n" in committed
