"""What a red date says: names beside ids, the table to blame, and only advice that can help."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from nba_assets.quality.causes import NOT_RUN_YET, Cause
from nba_assets.quality.explanations import Names, explanation, heal_command, remedy
from nba_assets.quality.verdict import FAILED_CHECK, INVALID_ROWS, Verdict
from nba_assets.tabular.problems import NOT_PUBLISHED, UNPARSEABLE

DAY = dt.date(2023, 12, 5)
GAME = "0022300301"
ROWS: dict[str, list[dict[str, Any]]] = {
    "raw_schedule": [{"game_id": GAME, "home_team": "BOS", "away_team": "NYK"}],
    "raw_player_boxscores": [{"player_id": 1628369, "player_name": "Jayson Tatum"}],
}


def _read(table: str, dates: list[dt.date], schema: pa.Schema, columns: tuple[str, ...]) -> Any:
    rows = ROWS.get(table, []) if dates == [DAY] else []
    return SimpleNamespace(
        table=pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows])
    )


NAMES = Names(SimpleNamespace(read=_read))  # type: ignore[arg-type]


def _short(*missing: str) -> Verdict:
    metric = {"metric": "games", "status": "FAIL", "expected": 4.0, "actual": 3.0, "share": 0.75}
    return Verdict("FAIL", ({**metric, "missing": list(missing)},))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (GAME, f"NYK at BOS ({GAME})"),
        (f"{GAME}/1628369", f"Jayson Tatum (1628369) in NYK at BOS ({GAME})"),
        (f"{GAME}/BOS", f"NYK at BOS ({GAME})/BOS"),
        (f"{GAME}/42", f"player 42 in NYK at BOS ({GAME})"),
        ("0022300999", "0022300999"),
        ("BOS", "BOS"),
    ],
)
def test_keys_have_names(key: str, words: str) -> None:
    assert NAMES.with_names(f"missing {key}", DAY) == f"missing {words}"


def test_a_document_that_was_not_published_is_never_run_again() -> None:
    cause = Cause("raw_box", NOT_PUBLISHED, f"the source has no raw_box for 1 game ({GAME})", ("raw_box",))
    game = f"NYK at BOS ({GAME})"
    missing, because, advice = explanation("raw_box", DAY, _short(GAME), cause, NAMES).words.split(". ")
    assert missing == f"games: 3 of 4 (75.0%), missing {game}"
    assert because == f"Because: raw_box: not published: the source has no raw_box for 1 game ({game})"
    assert advice == (
        "To do: add it to the source; or let it through with a reason: allow_partial in the launchpad, or "
        f'nba-assets heal {DAY} --tables raw_box --allow-partial --reason "WHY"'
    )


def test_a_blocked_date_names_the_table_to_blame() -> None:
    verdict = Verdict("BLOCKED", blocked_by=("raw_box: coverage check failed",))
    cause = Cause("raw_box", UNPARSEABLE, f"box.json, game {GAME}: half a document", ("players", "raw_box"))
    words = explanation("players", DAY, verdict, cause, NAMES).words
    assert words.startswith(
        "blocked: raw_box: coverage check failed. Because: raw_box: not parseable: box.json"
    )
    assert f"To do: mend the source, then run nba-assets heal {DAY} --tables raw_box" in words


def test_a_table_that_fails_its_own_check_reports_it_once() -> None:
    verdict = _short(GAME)
    cause = Cause("players", FAILED_CHECK, verdict.words, ("players",))
    words = explanation("players", DAY, verdict, cause, NAMES).words
    assert words.count("NYK at BOS") == 1 and "Because: failed a check." in words


def test_rows_that_break_the_schema_cannot_be_let_through() -> None:
    assert "allow_partial" not in remedy("players", INVALID_ROWS, [DAY]).words
    assert remedy("players", NOT_RUN_YET, [DAY]).words == f"run nba-assets heal {DAY} --tables players"


def test_a_date_that_only_warns_is_not_to_be_let_through() -> None:
    command = f"nba-assets heal {DAY} --tables raw_box"
    for reason, mend in ((UNPARSEABLE, "mend the source"), (NOT_PUBLISHED, "add it to the source")):
        advice = remedy("raw_box", reason, [DAY], shut=False)
        assert (advice.words, advice.command) == (f"{mend}, then run {command}", command)


def test_one_command_names_exactly_the_dates() -> None:
    days = [dt.date(2023, 12, day) for day in (4, 5, 7)] + [dt.date(2025, 1, 10)]
    command = "nba-assets heal 2023-12-04..2023-12-05 2023-12-07 2025-01-10 --tables raw_box"
    assert heal_command("raw_box", days) == command
