"""Season files to raw tables, on tables small enough to check by eye."""

import pickle

import pyarrow as pa
import pytest

from nba_assets.domain.raw.play_by_play import (
    EVENTS_SCHEMA,
    SHOTS_SCHEMA,
    parse_archive_events,
    parse_archive_shots,
)
from nba_assets.domain.teams import TEAM_TRICODES
from nba_assets.tabular.problems import BadInput

NYK, PHI = 1610612752, 1610612755
EVENT = {
    "period": 1, "clock": "PT11M43.00S", "actionNumber": 7, "actionType": "timeout",
    "description": "NYK Timeout", "qualifier": "[]", "playerName": None, "scoreHome": 0, "scoreAway": 0,
    "shotResult": None, "isFieldGoal": False, "assisted": False, "person_id": 0, "assister_id": None,
    "foulDrawnPersonId": None, "stealPersonId": None,
    "blockPersonId": None, "players_on": "1|2", "teamId": NYK, "game_id": "0022400561",
    "game_date": "2025-01-15",
}  # fmt: skip
SHOT = {
    "GAME_ID": "0022400561", "GAME_DATE": "2025-01-15", "TEAM_ID": PHI, "PLAYER_ID": 5, "SHOT_MADE": True,
    "ACTION_TYPE": "Jump Shot", "SHOT_TYPE": "3PT Field Goal", "BASIC_ZONE": "Left Corner 3", "LOC_X": 22.8,
    "LOC_Y": 12.25, "SHOT_DISTANCE": 23, "QUARTER": 2, "MINS_LEFT": 9, "SECS_LEFT": 26,
}  # fmt: skip
EVENT_TYPES = pa.schema(
    [(name, pa.string() if isinstance(value, str) else pa.int64()) for name, value in EVENT.items()]
)
for name, kind in (
    ("shotResult", pa.large_string()), ("playerName", pa.string()),
    ("isFieldGoal", pa.bool_()), ("assisted", pa.bool_()),
):  # fmt: skip
    EVENT_TYPES = EVENT_TYPES.set(EVENT_TYPES.get_field_index(name), pa.field(name, kind))


def events_of(*changes: dict[str, object], schema: pa.Schema = EVENT_TYPES) -> pa.Table:
    return pa.Table.from_pylist([EVENT | change for change in changes], schema=schema)


def parsed(*changes: dict[str, object], schema: pa.Schema = EVENT_TYPES) -> list[dict[str, object]]:
    return parse_archive_events(
        events_of(*changes, schema=schema), TEAM_TRICODES, file="f.parquet"
    ).to_pylist()


def described(event_type: str, text: str) -> dict[str, object]:
    result = (
        ("Missed" if text.startswith("MISS") else "Made")
        if event_type in ("2pt", "3pt", "freethrow")
        else None
    )
    return parsed({"actionType": event_type, "description": text, "shotResult": result, "person_id": 9})[0]


def test_event_index_is_the_order_in_the_file_and_games_are_sorted_by_date():
    late, early = {"game_date": "2025-01-16", "game_id": "0022400001"}, {"game_id": "0022400900"}
    rows = parsed(late | {"actionNumber": 9}, early | {"actionNumber": 5}, late | {"actionNumber": 3}, early)
    assert [(row["game_id"], row["event_index"], row["action_number"]) for row in rows] == [
        ("0022400900", 0, 5), ("0022400900", 1, 7), ("0022400001", 0, 9), ("0022400001", 1, 3),
    ]  # fmt: skip


def test_a_shot_is_read_in_full():
    row = parsed(
        {
            "actionType": "3pt", "description": "R. O'Neale 25' 3PT pullup (3 PTS) (J. Hart 1 AST)",
            "shotResult": "Made", "isFieldGoal": True, "person_id": 9, "assister_id": 8,
            "qualifier": "['2ndchance', 'fastbreak']", "clock": "PT00M04.50S", "scoreHome": 3,
        }
    )[0]  # fmt: skip
    assert row["shot_distance"] == 25
    assert row["shot_made"] is True
    assert row["event_subtype"] == "jump shot"
    assert row["qualifiers"] == "2ndchance|fastbreak"
    assert row["clock_seconds_left"] == 4.5
    assert (row["person_id"], row["assist_person_id"], row["team"]) == (9, 8, "NYK")
    assert row["area"] is row["x"] is row["y"] is None
    assert row["source"] == "archive"


def test_nothing_becomes_null():
    row = parsed({"players_on": "", "teamId": 0})[0]
    for column in (
        "person_id",
        "qualifiers",
        "shot_made",
        "team",
        "players_on",
        "shot_distance",
        "event_subtype",
    ):
        assert row[column] is None


@pytest.mark.parametrize(
    ("event_type", "text", "subtype"),
    [
        ("2pt", "MISS J. Brunson 21' pullup Shot", "jump shot"),
        ("2pt", "J. Brown driving finger roll Layup (5 PTS) (D. White 2 AST)", "layup"),
        ("2pt", "C. Capela alley-oop DUNK (2 PTS)", "dunk"),
        ("2pt", "K. Towns 11' turnaround Hook (2 PTS)", "hook"),
        ("substitution", "SUB in: J. Hart", "in"),
        ("substitution", "SUB out: J. Hart", "out"),
        ("freethrow", "MISS T. da Silva technical Free Throw 1 of 2", "1 of 2"),
        ("foul", "T. Maxey shooting personal FOUL (1 PF) (Brunson 2 FT)", "personal"),
        ("foul", "T. Maxey charge offensive FOUL (1 PF)", "offensive"),
        ("foul", "TEAM foul technical", "technical"),
        ("turnover", "T. da Silva bad pass TURNOVER (1 TO)", "bad pass"),
        ("turnover", "T. da Silva lost ball out-of-bounds TURNOVER (1 TO)", "out-of-bounds"),
        ("turnover", "IND shot clock Team TURNOVER", "shot clock"),
        ("rebound", "TEAM offensive REBOUND", "offensive"),
        ("steal", "J. Hart STEAL (1 STL)", None),
        ("block", "J. Hart BLOCK (1 BLK)", None),
    ],
)
def test_subtype_in_the_words_of_the_feed(event_type, text, subtype):
    assert described(event_type, text)["event_subtype"] == subtype


def test_distance_only_of_shots():
    assert described("2pt", "MISS D. White 6' running Layup")["shot_distance"] == 6
    assert described("3pt", "D. White 3PT (5 PTS)")["shot_distance"] is None


def test_rebound_kind_is_the_count_that_grew():
    counts = [
        (9, "Off:0 Def:1"),
        (8, "Off:1 Def:0"),
        (9, "Off:1 Def:1"),
        (9, "Off:1 Def:1"),
        (9, "Off:1 Def:2"),
    ]
    rows = parsed(
        *(
            {"actionType": "rebound", "person_id": who, "description": f"J. H REBOUND ({text})"}
            for who, text in counts
        )
    )
    kinds = [row["event_subtype"] for row in rows]
    assert kinds == ["defensive", "offensive", "offensive", None, "defensive"]


def test_area_and_coordinates_are_used_where_the_feed_has_them():
    schema = pa.schema(
        [
            *EVENT_TYPES, ("area", pa.string()), ("areaDetail", pa.string()),
            ("xLegacy", pa.int64()), ("yLegacy", pa.int64()),
        ]
    )  # fmt: skip
    row = parsed({"area": "Mid-Range", "areaDetail": "", "xLegacy": -130, "yLegacy": 173}, schema=schema)[0]
    assert (row["area"], row["area_detail"], row["x"], row["y"]) == ("Mid-Range", None, -13.0, 17.3)


def test_column_types_of_any_writer_are_taken():
    table = events_of({}, {})
    encoded = table.set_column(0, "period", table["period"].cast(pa.int32()))
    encoded = encoded.set_column(1, "clock", table["clock"].dictionary_encode())
    parse = [parse_archive_events(one, TEAM_TRICODES, file="f") for one in (table, encoded)]
    assert parse[0].equals(parse[1])
    assert parse[0].schema.equals(EVENTS_SCHEMA)


def test_an_empty_file_is_an_empty_table():
    assert parse_archive_events(events_of(), TEAM_TRICODES, file="f").num_rows == 0
    empty = pa.Table.from_pylist([SHOT]).slice(0, 0)
    assert parse_archive_shots(empty, TEAM_TRICODES, file="f").schema.equals(SHOTS_SCHEMA)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"clock": "noon"}, "clock", "not a clock"),
        ({"teamId": 12}, "teamId", "not one of the 30"),
        ({"game_date": "15.01.2025"}, "game_date", "not a date"),
        ({"actionType": "2pt", "shotResult": None}, "shotResult", "a shot without result"),
        ({"shotResult": "Perhaps"}, "shotResult", "neither Made nor Missed"),
        ({"period": None}, "period", "no value"),
        ({"game_date": "2025-01-16", "game_id": "0022400999"}, "game_date", "a game under two dates"),
    ],
)
def test_what_cannot_be_read_is_refused_by_game_and_field(change, field, reason):
    good = {"game_id": "0022400999"}
    with pytest.raises(BadInput) as refusal:
        parsed({}, good, good | change)
    problem = refusal.value
    assert (problem.file, problem.game, problem.field) == ("f.parquet", "0022400999", field)
    assert reason in problem.reason
    assert all(part in str(problem) for part in ("f.parquet", "0022400999", field, reason, problem.remedy))


def test_missing_columns_wrong_types_and_short_ids_are_refused():
    table = events_of({})
    with pytest.raises(BadInput, match="field clock, qualifier: column missing"):
        parse_archive_events(table.drop_columns(["clock", "qualifier"]), TEAM_TRICODES, file="f")
    with pytest.raises(BadInput, match="field period: type bool, wanted int64"):
        parse_archive_events(table.set_column(0, "period", pa.array([True])), TEAM_TRICODES, file="f")
    with pytest.raises(BadInput, match="not an NBA 10-digit id"):
        parsed({"game_id": "22400561"})


def test_games_that_cannot_be_read_are_left_out_and_named_where_a_list_is_given():
    good, bad, worse = ({"game_id": f"002240000{n}"} for n in range(3))
    rows = events_of(bad, good, bad | {"clock": "noon"}, worse | {"teamId": 12}, worse | {"clock": "late"})
    left_out: list[BadInput] = []
    found = parse_archive_events(rows, TEAM_TRICODES, file="f", left_out=left_out)
    assert found["game_id"].to_pylist() == [good["game_id"]]
    assert sorted((str(problem.game), str(problem.field)) for problem in left_out) == [
        (bad["game_id"], "clock"), (worse["game_id"], "clock"), (worse["game_id"], "teamId"),
    ]  # fmt: skip


def test_values_in_another_form_mean_the_same():
    plain = parsed({"isFieldGoal": True})
    table = events_of({"isFieldGoal": True})
    for name, values in {
        "period": pa.array([1.0]), "teamId": pa.array([str(NYK)]), "isFieldGoal": pa.array([1]),
        "scoreHome": pa.array(["0"]), "clock": pa.array(["11:43"]),
    }.items():  # fmt: skip
        table = table.set_column(table.schema.get_field_index(name), name, values)
    assert parse_archive_events(table, TEAM_TRICODES, file="f").to_pylist() == plain
    fraction = table.set_column(table.schema.get_field_index("period"), "period", pa.array([1.5]))
    with pytest.raises(BadInput, match="field period: not a whole number"):
        parse_archive_events(fraction, TEAM_TRICODES, file="f")


def test_a_problem_survives_the_way_to_another_process():
    problem = BadInput(file="f", game=None, field=None, reason="torn", remedy="fetch again")
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    assert str(again) == str(problem) == "f: torn. Remedy: fetch again"
    assert again.remedy == "fetch again"


def test_shots_are_numbered_by_player_and_turned_to_the_basket():
    rows = [
        SHOT,
        SHOT | {"PLAYER_ID": 4},
        SHOT | {"SECS_LEFT": 1, "SHOT_TYPE": "2PT Field Goal", "SHOT_MADE": False},
    ]
    first, second, third = parse_archive_shots(
        pa.Table.from_pylist(rows), TEAM_TRICODES, file="f"
    ).to_pylist()
    assert [(row["player_id"], row["shot_index"]) for row in (first, second, third)] == [
        (4, 0),
        (5, 0),
        (5, 1),
    ]
    assert (second["x"], second["y"], second["distance_feet"]) == (-22.8, 7.0, 23.0)
    assert (second["value"], third["value"], third["made"]) == (3, 2, False)
    assert (second["period"], second["clock_seconds_left"], second["team"]) == (2, 566.0, "PHI")


def test_shots_in_other_units_are_refused():
    tenths = pa.Table.from_pylist([SHOT | {"LOC_X": -228.0, "LOC_Y": 70.0}])
    with pytest.raises(BadInput, match="stated SHOT_DISTANCE"):
        parse_archive_shots(tenths, TEAM_TRICODES, file="f")
    with pytest.raises(BadInput, match="neither two nor three"):
        parse_archive_shots(pa.Table.from_pylist([SHOT | {"SHOT_TYPE": "Free"}]), TEAM_TRICODES, file="f")


def test_a_shot_is_read_in_other_letters_and_a_zone_that_there_is_not_costs_its_game() -> None:
    """Lower-case zones landed, and the computation of every date with one raised."""
    other = SHOT | {"BASIC_ZONE": str(SHOT["BASIC_ZONE"]).lower(), "SHOT_TYPE": str(SHOT["SHOT_TYPE"])[:3]}
    one, two = (
        parse_archive_shots(pa.Table.from_pylist([shot]), TEAM_TRICODES, file="f") for shot in (SHOT, other)
    )
    assert one.equals(two)
    left_out: list[BadInput] = []
    nowhere = pa.Table.from_pylist([SHOT | {"BASIC_ZONE": "Corner"}])
    assert parse_archive_shots(nowhere, TEAM_TRICODES, file="f", left_out=left_out).num_rows == 0
    assert [(problem.game, problem.field) for problem in left_out] == [(SHOT["GAME_ID"], "BASIC_ZONE")]
