"""Windows over earlier rows, against naive loops over lists."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nba_assets.assets.analytics import ANALYTICS
from nba_assets.assets.precompute import PRECOMPUTE
from nba_assets.domain.as_of import HISTORY_DAYS, PriorRows, UndeclaredReadError

START = pd.Timestamp("2024-01-01")
VALUES = st.one_of(st.none(), st.integers(-50, 50).map(float), st.floats(-100, 100, width=32))
HISTORIES = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 40)), st.tuples(VALUES, VALUES), max_size=40
)
TARGETS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 45)), min_size=1, max_size=12)
N = st.integers(1, 12)
History = dict[tuple[str, int], tuple[float | None, float | None]]


def frames(
    history: History, targets: list[tuple[str, int]], reverse: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(who, START + pd.Timedelta(days=n), x, y) for (who, n), (x, y) in history.items()]
    past = pd.DataFrame(rows[::-1] if reverse else rows, columns=["who", "game_date", "x", "y"])
    past = past.astype({"game_date": "datetime64[ns]", "x": "float64", "y": "float64"})
    wanted = pd.DataFrame(
        [(who, START + pd.Timedelta(days=n)) for who, n in targets], columns=["who", "game_date"]
    )
    return past, wanted


def earlier(history: History, who: str, day: int) -> list[tuple[int, float | None, float | None]]:
    """Rows before the day, newest first."""
    found = [(n, x, y) for (owner, n), (x, y) in history.items() if owner == who and n < day]
    return sorted(found, key=lambda row: -row[0])


def same(actual: Any, expected: list[float | None]) -> None:
    for one, other in zip(actual, expected, strict=True):
        assert math.isnan(one) if other is None else one == pytest.approx(other, rel=1e-9, abs=1e-9), (
            actual,
            expected,
        )


@settings(max_examples=60)
@given(HISTORIES, TARGETS, N, st.booleans())
def test_the_last_n_rows_lie_before_the_date_and_equal_brute_force(
    history: History, targets: list[tuple[str, int]], n: int, reverse: bool
) -> None:
    past, wanted = frames(history, targets, reverse)
    window = PriorRows(past, wanted, "who").last(n)
    expected = [earlier(history, who, day)[:n] for who, day in targets]
    assert window.count.tolist() == [len(rows) for rows in expected]
    assert window.known("x").tolist() == [sum(x is not None for _, x, _ in rows) for rows in expected]
    newest = pd.to_datetime(window.newest("game_date"))
    assert not (newest >= wanted["game_date"]).any()
    assert [None if pd.isna(d) else (d - START).days for d in newest] == [
        r[0][0] if r else None for r in expected
    ]


@settings(max_examples=60)
@given(HISTORIES, TARGETS, N, st.integers(-5, 50))
def test_rows_before_an_end_and_the_oldest_equal_brute_force(
    history: History, targets: list[tuple[str, int]], n: int, end: int
) -> None:
    past, wanted = frames(history, targets)
    ends = pd.Series(START + pd.Timedelta(days=end), index=wanted.index)
    window = PriorRows(past, wanted, "who").last(n).before(ends)
    expected = [[row for row in earlier(history, who, day)[:n] if row[0] < end] for who, day in targets]
    assert window.count.tolist() == [len(rows) for rows in expected]
    for found, place in ((window.oldest("game_date"), -1), (window.newest("game_date"), 0)):
        days = [None if pd.isna(d) else (d - START).days for d in pd.to_datetime(found)]
        assert days == [rows[place][0] if rows else None for rows in expected]


@settings(max_examples=60)
@given(HISTORIES, TARGETS, N)
def test_statistics_equal_naive_loops(history: History, targets: list[tuple[str, int]], n: int) -> None:
    window = PriorRows(*frames(history, targets), "who").last(n)
    rows = [earlier(history, who, day)[:n] for who, day in targets]
    known = [[x for _, x, _ in one if x is not None] for one in rows]
    same(window.sum("x"), [math.fsum(xs) for xs in known])
    same(window.mean("x"), [math.fsum(xs) / len(xs) if xs else None for xs in known])
    same(window.mean("x", needs=4), [math.fsum(xs) / len(xs) if len(xs) >= 4 else None for xs in known])
    same(window.std("x"), [statistics.stdev(xs) if len(xs) >= 3 else None for xs in known])
    both = [[(x, y) for _, x, y in one if x is not None and y is not None] for one in rows]
    tops, bottoms = [[sum(pair[k] for pair in one) for one in both] for k in (0, 1)]
    same(window.ratio("x", "y"), [t / b if b else None for t, b in zip(tops, bottoms, strict=True)])
    weights = [[(x, 0.5 ** (lag / 3)) for lag, (_, x, _) in enumerate(one) if x is not None] for one in rows]
    decayed = [sum(x * w for x, w in one) / sum(w for _, w in one) if one else None for one in weights]
    same(window.decayed_mean("x", 3), decayed)


@settings(max_examples=40)
@given(HISTORIES, TARGETS, st.integers(1, 20), st.integers(0, 40), st.integers(0, 4))
def test_narrowing_by_days_by_date_and_by_skipping(
    history: History, targets: list[tuple[str, int]], days: int, first: int, skipped: int
) -> None:
    past, wanted = frames(history, targets)
    window = PriorRows(past, wanted, "who")
    rows = [(earlier(history, who, day), day) for who, day in targets]
    assert window.within_days(days).count.tolist() == [
        sum(day - days <= n for n, _, _ in r) for r, day in rows
    ]
    since = pd.Series([START + pd.Timedelta(days=first)] * len(wanted))
    assert window.since(since).count.tolist() == [sum(n >= first for n, _, _ in r) for r, _ in rows]
    assert window.skip(skipped).count.tolist() == [max(len(r) - skipped, 0) for r, _ in rows]
    three_before = [[x for _, x, _ in r[skipped : skipped + 3] if x is not None] for r, _ in rows]
    same(window.last(skipped + 3).skip(skipped).sum("x"), [math.fsum(xs) for xs in three_before])
    since_nothing = pd.Series([pd.NaT] * len(wanted), dtype="datetime64[ns]")
    assert window.since(since_nothing).count.tolist() == window.count.tolist()


@settings(max_examples=30)
@given(HISTORIES, TARGETS)
def test_a_target_alone_gives_the_same_bits(history: History, targets: list[tuple[str, int]]) -> None:
    past, wanted = frames(history, targets)

    def bits(rows: pd.DataFrame) -> list[bytes]:
        window = PriorRows(past, rows, "who").last(10)
        numbers = (window.mean("x"), window.std("x"), window.ratio("x", "y"), window.decayed_mean("y", 3))
        return [np.array(row).tobytes() for row in zip(*numbers, strict=True)]

    alone = [bits(wanted.iloc[[i]].reset_index(drop=True))[0] for i in range(len(wanted))]
    assert bits(wanted) == alone


def test_the_date_itself_is_never_seen() -> None:
    past, wanted = frames({("a", 5): (1.0, 1.0), ("a", 6): (100.0, 1.0)}, [("a", 6), ("a", 7), ("b", 7)])
    window = PriorRows(past, wanted, "who")
    same(window.mean("x"), [1.0, 50.5, None])
    assert window.sum("x").tolist() == [1.0, 101.0, 0.0]
    assert window.newest("x").tolist()[:2] == [1.0, 100.0]


def test_a_column_that_is_not_declared_cannot_be_read() -> None:
    past, wanted = frames({("a", 5): (1.0, 2.0)}, [("a", 9)])
    window = PriorRows(past, wanted, "who").only(["x"])
    assert window.last(1).mean("x").tolist() == [1.0] and window.newest("game_date").notna().all()
    reads = [
        lambda: window.mean("y"), lambda: window.ratio("x", "y"), lambda: window.newest("y"),
        lambda: window.known("y"), lambda: window.decayed_mean("y", 2), lambda: list(window.lags("y")),
        lambda: window.within_days(9).last(3).skip(1).sum("y"),
    ]  # fmt: skip
    for read in reads:
        with pytest.raises(UndeclaredReadError, match="y"):
            read()


def test_two_rows_on_a_date_raise() -> None:
    past, wanted = frames({("a", 5): (1.0, 1.0)}, [("a", 9)])
    with pytest.raises(ValueError, match="two rows on one date"):
        PriorRows(pd.concat([past, past]), wanted, "who")


def test_entities_of_two_columns() -> None:
    past, wanted = frames({("a", 1): (3.0, 1.0), ("a", 2): (5.0, 1.0)}, [("a", 9), ("a", 9)])
    past["season"], wanted["season"] = ["old", "new"], ["new", "none"]
    same(PriorRows(past, wanted, ["who", "season"]).mean("x"), [5.0, None])


def test_without_history_everything_is_null() -> None:
    past, wanted = frames({}, [("a", 3)])
    window = PriorRows(past, wanted, "who")
    same(window.mean("x"), [None])
    assert window.sum("x").tolist() == [0.0] and window.newest("x").isna().all()


def test_every_asset_reads_as_far_back_as_player_windows_reach() -> None:
    declared = {
        item.days
        for table in (*ANALYTICS, *PRECOMPUTE)
        for item in table.history
        if item.table == "player_game_summary"
    }
    assert declared == {HISTORY_DAYS}
