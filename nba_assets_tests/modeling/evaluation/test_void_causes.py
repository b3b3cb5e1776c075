import pandas as pd

from nba_assets.modeling.evaluation.void_causes import VOID_CAUSES, void_causes
from nba_assets.modeling.inputs import TEXT
from nba_assets.schemas.predictions import PREDICTION_ACCURACY
from nba_assets.schemas.raw import RAW_INJURY_REPORTS, RAW_LINEUPS

DATE, GAME = pd.Timestamp("2026-02-11"), "0022500775"
NOON, LATE = pd.Timestamp("2026-02-11T17:00Z"), pd.Timestamp("2026-02-12T03:00Z")
VOID = "did not play: no box row in a game that has results"


def rows(*players: int, doubtful: bool = False, void: str | None = VOID, game: str = GAME) -> pd.DataFrame:
    frame = pd.DataFrame({"game_date": DATE, "game_id": game, "player_id": list(players)})
    return frame.assign(void_reason=pd.Series(void, frame.index, dtype=TEXT), is_doubtful=doubtful)


def lineup(player: int, role: str, reason: str | None, kind: str = "final", at: pd.Timestamp = LATE) -> dict:
    return {"game_date": DATE, "game_id": GAME, "player_id": player, "kind": kind, "role": role,
            "reason": reason, "captured_at": at}  # fmt: skip


def causes(found: pd.DataFrame, *lineups: dict, reports: tuple[dict, ...] = ()) -> list[str | None]:
    boxes = pd.DataFrame(list(lineups)) if lineups else RAW_LINEUPS.empty()
    listed = pd.DataFrame(list(reports)) if reports else RAW_INJURY_REPORTS.empty()
    found = void_causes(found, boxes, listed, pd.Series(["0022500999"], dtype=TEXT))
    return found.astype(object).where(found.notna(), None).tolist()


def test_the_reasons_of_the_leagues_boxes() -> None:
    boxes = (
        lineup(1, "inactive", "INACTIVE_INJURY - Left Ankle; Sprain"),
        lineup(2, "inactive", "INACTIVE_GLEAGUE_TWOWAY"),
        lineup(3, "inactive", "DND_LEAGUE_SUSPENSION"),
        lineup(4, "inactive", "INACTIVE_COACH"),
        lineup(5, "bench", None),
        lineup(6, "inactive", None),
    )
    assert causes(rows(1, 2, 3, 4, 5, 6, 7, doubtful=True), *boxes) == [
        "injury", "G League", "suspension", "coach's decision", "coach's decision", None, None,
    ]  # fmt: skip


def test_an_unreported_injury_is_a_late_scratch() -> None:
    hurt = lineup(1, "inactive", "INACTIVE_INJURY - Illness")
    assert causes(rows(1), hurt) == ["late scratch"]
    assert causes(rows(1, doubtful=True), hurt) == ["injury"]


def test_the_newest_box_counts_and_the_bench_of_a_lineup_proves_nothing() -> None:
    before = lineup(1, "bench", None, "confirmed", NOON)
    assert causes(rows(1), before) == [None]
    assert causes(rows(1), before, lineup(1, "inactive", "INACTIVE_REST")) == ["rest"]


def test_without_a_box_the_injury_sources_of_the_day_speak() -> None:
    report = {"game_date": DATE, "player_id": 1, "status": "Out", "reason": "League Suspension",
              "captured_at": NOON}  # fmt: skip
    event = report | {"player_id": 2, "reason": "knee injury (DTD)"}
    fit = report | {"player_id": 3, "status": "Probable"}
    assert causes(rows(1, 2, 3, doubtful=True), reports=(report, event, fit)) == [
        "suspension",
        "injury",
        None,
    ]


def test_a_row_that_is_not_void_has_no_cause_and_a_postponed_game_has_its_own() -> None:
    hurt = lineup(1, "inactive", "INACTIVE_INJURY")
    assert causes(rows(1, void=None), hurt) == [None]
    assert causes(rows(1, game="0022500999")) == ["postponed"]


def test_the_causes_are_those_of_the_table() -> None:
    declared = {field.name: field for field in PREDICTION_ACCURACY.fields}["void_cause"]
    assert declared.constraint == "one of " + ", ".join(VOID_CAUSES)
