"""Names without an id are listed with their date, ambiguous ones first, and never guessed."""

import datetime as dt

import pandas as pd

from nba_assets.assets.unresolved_names import UNRESOLVED, unresolved_names, with_unresolved

DAY = dt.date(2024, 11, 10)


def rows(*result: tuple[str, int | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(result, columns=["player_name", "player_id", "match_method"])
    return frame.assign(game_date=pd.Timestamp(DAY), player_id=frame["player_id"].astype("Int64"))


def test_each_name_is_listed_once_with_its_reason() -> None:
    lines = rows(("A", None, "unknown"), ("B", 7, "exact"), ("C", None, "ambiguous"), ("A", None, "unknown"))
    assert unresolved_names(lines) == {DAY: "C: ambiguous; A: unknown"}


def test_a_long_list_is_counted_and_other_notes_stay() -> None:
    lines = rows(*((f"N{i:02d}", None, "unknown") for i in range(25)))
    result = with_unresolved({DAY: {"documents": "x"}}, lines)[DAY]
    assert result["documents"] == "x"
    assert result[UNRESOLVED].endswith("N19: unknown and 5 more")
    assert with_unresolved({DAY: {"documents": "x"}}, rows(("B", 7, "exact"))) == {DAY: {"documents": "x"}}
