import pytest

from nba_assets.reports.coverage.cells import (
    NO_CELL,
    Calendar,
)
from nba_assets.reports.coverage.gaps import (
    NO_CAUSE,
    DateRange,
    healed,
    open_gaps,
    overrides,
)
from nba_assets.reports.coverage.status import NAMES
from nba_assets_tests.reports.ledgers import ORDER, ledger, row

FAILED = {"status": "FAIL", "actual": 4.0, "share": 0.4}


def test_a_cell_is_as_bad_as_its_worst_metric() -> None:
    rows = ledger(
        row("2023-12-04", metric="rows"),
        row("2023-12-04", metric="usage_rate", **FAILED),
        row("2023-12-05", metric="rows", status="WARN"),
        row("2023-12-05", "raw_schedule", "dates", status="EMPTY_OK", expected=0, actual=0, share=None),
    )
    calendar = Calendar.of(rows, ORDER)
    assert calendar.tables == ("raw_schedule", "player_game_summary")
    assert calendar.worst.tolist() == [[NO_CELL, NAMES.index("EMPTY_OK")], [0, NAMES.index("WARN")]]
    assert calendar.open_cells() == 1


def test_seasons_part_in_the_summer() -> None:
    dates = ["2021-07-20", "2021-10-19", "2022-06-16", "2022-10-18"]
    seasons = Calendar.of(ledger(*map(row, dates)), ORDER).seasons()
    assert seasons == {"2020-21": slice(0, 1), "2021-22": slice(1, 3), "2022-23": slice(3, 4)}


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([row("2023-12-04", status="GREEN")], ValueError, "GREEN"),
        ([row("2023-12-04"), row("2023-12-04")], ValueError, "twice"),
        ([row("2023-12-04", "no_such_table")], KeyError, "no_such_table"),
    ],
)
def test_a_ledger_that_makes_no_sense_is_an_error(
    rows: list[dict[str, object]], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Calendar.of(ledger(*rows), ORDER)


def test_neighbouring_game_dates_are_one_range() -> None:
    """The league rested on 2023-12-03; 2023-12-05 passed."""
    reported = {"cause_table": "raw_player_boxscores", "cause": "3 of 9 games are missing"}
    other = {**reported, "cause": "4 of 11 games are missing"}
    rows = ledger(
        row(
            "2023-12-02",
            "raw_player_boxscores",
            "games",
            **FAILED,
            **reported,
            missing_keys="g1|g2",
            heal="a",
        ),
        row("2023-12-04", "raw_player_boxscores", "games", **FAILED, **other, missing_keys="g2|g3", heal="b"),
        row("2023-12-04", status="BLOCKED", **reported),
        row("2023-12-05"),
        row("2023-12-06", "raw_player_boxscores", "games", **FAILED, **reported),
        row("2023-12-07", status="PENDING"),
    )
    gap, waiting = open_gaps(rows, ORDER)
    assert (gap.status, gap.table, gap.cause, gap.similar) == (
        "FAIL", "raw_player_boxscores", "3 of 9 games are missing", True,
    )  # fmt: skip
    assert gap.ranges == (DateRange("2023-12-02", "2023-12-04", 2), DateRange("2023-12-06", "2023-12-06", 1))
    assert gap.tables == (("raw_player_boxscores", ("games",), 3), ("player_game_summary", ("rows",), 1))
    assert (gap.cells, gap.keys, gap.commands) == (4, ("g1", "g2", "g3"), ("a", "b"))
    assert (waiting.status, waiting.table, waiting.cause, waiting.similar) == (
        "PENDING",
        None,
        NO_CAUSE,
        False,
    )


def test_overrides_and_healed_gaps_keep_their_reason_and_moment() -> None:
    moment = "2024-01-02T03:04:05Z"
    rows = ledger(
        row("2023-12-04", status="OVERRIDDEN", override_reason="hardship"),
        row("2023-12-05", status="OVERRIDDEN", override_reason="hardship"),
        row("2023-12-06", healed_at=moment, cause_table="raw_schedule", cause="refused"),
        row("2023-12-07", healed_at=moment, **FAILED),  # open again
    )
    (note,) = overrides(rows)
    assert (note.table, note.words, note.when) == ("player_game_summary", "hardship", "")
    assert note.ranges == (DateRange("2023-12-04", "2023-12-05", 2),)
    (note,) = healed(rows)
    assert (note.words, note.when) == ("raw_schedule: refused", "2024-01-02 03:04 UTC")
    assert note.ranges == (DateRange("2023-12-06", "2023-12-06", 1),)


def test_an_empty_ledger_has_no_list() -> None:
    rows = ledger()
    assert (open_gaps(rows, ORDER), overrides(rows), healed(rows)) == ([], [], [])
    assert Calendar.of(rows, ORDER).seasons() == {}
