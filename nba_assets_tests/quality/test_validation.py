import datetime as dt
import gc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nba_assets.quality.validation import invalid_rows
from nba_assets.quality.verdict import INVALID_ROWS
from nba_assets.schemas.catalog import TABLES
from nba_assets.schemas.columns import TableSchema, flag, integer, moment, number, text

GOOD, BAD = dt.date(2023, 12, 4), dt.date(2023, 12, 5)
SCHEMA = TableSchema(
    "t",
    "One row per game and player.",
    ("game_id", "player_id"),
    (
        text("game_id", "Game.", pattern=r"00[1-6]\d{7}"),
        integer("player_id", "Player.", low=1),
        number("minutes", "Minutes.", low=0, high=70, nullable=True),
        integer("pts", "Points.", low=0, high=110),
        flag("won", "Won."),
        text("status", "Status.", values=("final", "scheduled"), nullable=True),
        moment("captured_at", "Capture.", nullable=True),
    ),
)


def _frame(**change: Any) -> pd.DataFrame:
    """Two rows a date, conforming; ``change`` goes into the last row of the second date."""
    frame = pd.DataFrame(
        {
            "game_date": pd.to_datetime([GOOD, GOOD, BAD, BAD]).astype("datetime64[ns]"),
            "game_id": ["0022300001", "0022300001", "0022300002", "0022300002"],
            "player_id": [1, 2, 1, 2],
            "minutes": [30.0, np.nan, 20.0, 0.0],
            "pts": [10, 0, 5, 110],
            "won": [True, True, False, False],
            "status": ["final", None, "final", "scheduled"],
            "captured_at": pd.to_datetime(["2023-12-04T20:00Z", None, None, None]).astype(
                "datetime64[ns, UTC]"
            ),
        }
    )
    for name, value in change.items():
        frame[name] = frame[name].astype(object)
        frame.loc[3, name] = value
    return SCHEMA.conform(frame)


def _reasons(frame: pd.DataFrame) -> dict[dt.date, list[str]]:
    found = invalid_rows(SCHEMA, frame).problems
    assert all(problem.cause == INVALID_ROWS for problems in found.values() for problem in problems)
    return {date: [problem.words for problem in problems] for date, problems in found.items()}


def test_valid_rows_have_no_reason() -> None:
    assert invalid_rows(SCHEMA, _frame()).problems == {}
    assert invalid_rows(SCHEMA, SCHEMA.empty()).problems == {}


# What is wrong with the last row -> field, rule and key that must be named.
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "below its range": (
        {"minutes": -5.0},
        "t.minutes: 1 rows break greater_than_or_equal_to(0), first value -5.0",
    ),
    "above its range": ({"pts": 111}, "t.pts: 1 rows break less_than_or_equal_to(110), first value 111"),
    "not one of the values": (
        {"status": "over"},
        "t.status: 1 rows break isin(('final', 'scheduled')), first value over",
    ),
    "NULL in a column that has none": ({"won": None}, "t.won"),
    "NULL in a count": ({"pts": None}, "t.pts"),
    "not the pattern": ({"game_id": "22300002"}, "t.game_id: 1 rows break str_matches('^(?:00[1-6]"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=list(WRONG))
def test_a_bad_row_fails_its_date_alone_and_names_field_rule_and_key(
    change: dict[str, Any], words: str
) -> None:
    reasons = _reasons(_frame(**change))
    assert list(reasons) == [BAD]
    assert any(reason.startswith(words) for reason in reasons[BAD])
    assert all(
        reason.endswith("keys " + change.get("game_id", "0022300002") + "/2") for reason in reasons[BAD]
    )


def test_a_repeated_key_names_it() -> None:
    reasons = _reasons(_frame(player_id=1))
    assert list(reasons) == [BAD]
    text_of = "; ".join(reasons[BAD])
    assert "0022300002/1" in text_of
    assert "uniqueness" in text_of


def test_a_key_may_repeat_on_another_date() -> None:
    frame = _frame().assign(game_id="0022300001")
    assert invalid_rows(SCHEMA, frame).problems == {}


def test_every_fault_of_a_date_is_reported_and_five_keys_of_each() -> None:
    frame = pd.concat([_frame()] * 5, ignore_index=True)
    frame["player_id"] = range(1, 21)
    frame["minutes"] = -1.0
    frame["status"] = frame["status"].where(frame["game_date"] != pd.Timestamp(GOOD), "over")
    reasons = _reasons(SCHEMA.conform(frame))
    assert set(reasons) == {GOOD, BAD}
    assert len(reasons[GOOD]) == 2
    assert len(reasons[BAD]) == 1
    assert reasons[BAD][0].startswith("t.minutes: 10 rows break")
    assert reasons[BAD][0].count("0022300002/") == 5


def test_a_column_of_the_wrong_type_fails_every_date_in_one_line() -> None:
    reasons = _reasons(_frame().astype({"won": "string"}))
    assert set(reasons) == {GOOD, BAD}
    assert all("t: won" in reason and "\n" not in reason for (reason,) in reasons.values())


def test_conform_refuses_what_cannot_hold_the_type_and_names_the_field() -> None:
    with pytest.raises(TypeError, match=r"t\.pts: object to int64"):
        _frame(pts="many")
    with pytest.raises(KeyError, match="won"):
        SCHEMA.conform(_frame().drop(columns="won"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pts", [1.0, 2.5, 3.0, 4.0]),
        ("won", ["True", "False", "False", "True"]),
        ("won", [1.0, 0.0, 2.0, 1.0]),
        ("player_id", [1.0, 2.0, float("inf"), 4.0]),
    ],
)
def test_conform_never_changes_a_value_to_make_it_fit(name: str, values: list[Any]) -> None:
    """numpy's own casts cut 2.5 down to 2, and made True of the text False."""
    with pytest.raises(TypeError, match=rf"t\.{name}"):
        SCHEMA.conform(_frame().assign(**{name: values}))


def test_conform_takes_whole_floats_and_small_integers() -> None:
    frame = _frame().assign(
        pts=[1.0, 2.0, 3.0, 4.0], player_id=np.arange(1, 5, dtype="int32"), won=[1, 0, 0, 1]
    )
    conformed = SCHEMA.conform(frame)
    assert conformed["pts"].dtype == "int64"
    assert conformed["player_id"].dtype == "int64"
    assert conformed["won"].to_list() == [True, False, False, True]


@pytest.mark.parametrize("schema", TABLES.values(), ids=list(TABLES))
def test_an_empty_frame_of_every_table_is_valid_and_survives_the_lake(schema: TableSchema) -> None:
    empty = schema.empty()
    assert invalid_rows(schema, empty).problems == {}
    assert schema.to_arrow(schema.conform(empty)).schema.equals(schema.arrow_with_date)
    assert list(empty.columns) == list(schema.columns)


@pytest.mark.parametrize("schema", TABLES.values(), ids=list(TABLES))
def test_every_key_is_a_column_and_no_column_is_called_twice(schema: TableSchema) -> None:
    assert set(schema.key) <= set(schema.columns)
    assert len(set(schema.columns)) == len(schema.columns)


def test_a_frame_that_was_validated_does_not_wait_for_the_garbage_collector() -> None:
    def frames() -> int:
        return sum(isinstance(each, pd.DataFrame) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = frames()
        assert invalid_rows(SCHEMA, _frame()).problems == {}
        assert frames() == before
    finally:
        gc.enable()
