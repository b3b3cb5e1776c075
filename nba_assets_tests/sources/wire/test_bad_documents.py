import gzip

import pytest

from nba_assets.sources.wire.boxes.live_box import parse_live_box
from nba_assets.sources.wire.boxes.stats_boxes import parse_player_log
from nba_assets.sources.wire.documents import Place, read_json
from nba_assets.sources.wire.events.live_events import parse_live_events
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.sources.wire import miniatures as mini
from nba_assets_tests.sources.wire.feeds import FEEDS, SCHEDULE

JSON_FEEDS = [feed for feed in FEEDS if not isinstance(feed.document, str)]
BY_NAME = {feed.name: feed for feed in FEEDS}


@pytest.mark.parametrize("feed", JSON_FEEDS, ids=lambda feed: feed.name)
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda body: b"<!DOCTYPE html><html>Access Denied</html>", "web page"),
        (lambda body: body[: len(body) // 2], "ends in the middle"),
        (lambda body: b"", "empty body"),
        (lambda body: gzip.compress(body)[:40], "broken gzip"),
        (lambda body: b"\xff\xfe" + body, "not UTF-8"),
        (lambda body: b"null", "nothing"),
        (lambda body: body[:-1] + b', "more": NaN}', "NaN is no JSON value"),
    ],
    ids=["html", "half", "empty", "gzip", "utf8", "null", "nan"],
)
def test_the_defect_is_named(feed, spoil, reason):
    with pytest.raises(BadInput, match=reason) as refusal:
        feed.parse(spoil(feed.body))
    assert refusal.value.file == "f" and refusal.value.remedy


@pytest.mark.parametrize("feed", JSON_FEEDS, ids=lambda feed: feed.name)
def test_a_gzipped_body_is_the_same_document(feed):
    plain, packed = feed.parse(feed.body)[0], feed.parse(gzip.compress(feed.body))[0]
    assert [len(rows) for _, rows in plain] == [len(rows) for _, rows in packed]


@pytest.mark.parametrize("name", ["player_log", "team_log", "shot_chart"])
def test_an_empty_list_where_games_were_due(name):
    document = BY_NAME[name].document
    empty = document | {"resultSets": [document["resultSets"][0] | {"rowSet": []}]}
    with pytest.raises(BadInput, match="an empty list where 1 games were due"):
        BY_NAME[name].parse(mini.body(empty))


def test_a_game_that_was_due_and_is_missing_is_named():
    parsed = parse_player_log(
        mini.body(mini.log_document("P")), SCHEDULE, file="f", due=[mini.GAME, "0022400009"]
    )
    assert [(problem.game, problem.reason) for problem in parsed.problems] == [
        ("0022400009", "no rows of a game that was due")
    ]
    assert len(parsed.rows) == 11


def test_a_wrong_line_takes_its_whole_game_away_and_is_reported():
    document = mini.log_document("P")
    document["resultSets"][0]["rowSet"][0][document["resultSets"][0]["headers"].index("PTS")] = 7
    parsed = parse_player_log(mini.body(document), SCHEDULE, file="f", due=[mini.GAME])
    assert parsed.rows.empty and parsed.notes == {"rows_of_games_with_problems": 11}
    assert "2 FGM + FG3M + FTM is not PTS" in parsed.problems[0].reason


@pytest.mark.parametrize("parse", [parse_live_box, parse_live_events], ids=lambda p: p.__name__)
def test_the_wrong_game_is_refused(parse):
    documents = {
        "parse_live_box": mini.live_box_document(),
        "parse_live_events": mini.live_events_document(),
    }
    other = SCHEDULE.assign(game_id="0022400005")
    with pytest.raises(BadInput, match=f"about game {mini.GAME}"):
        parse(mini.body(documents[parse.__name__]), other, file="f", game_id="0022400005")


def test_a_game_that_is_not_final_is_to_be_waited_for():
    box, events = mini.live_box_document(), mini.live_events_document()
    box["game"] |= {"gameStatus": 2}
    events["game"]["actions"].pop()
    for parse, document in ((parse_live_box, box), (parse_live_events, events)):
        with pytest.raises(BadInput, match="not final") as refusal:
            parse(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME)
        assert "wait" in refusal.value.remedy


def test_a_box_of_half_a_game_is_to_be_waited_for():
    document = mini.live_box_document()
    for side in ("homeTeam", "awayTeam"):
        team = document["game"][side]
        for line in (team, *team["players"]):
            if "statistics" in line:
                minutes = {
                    "PT48M00.00S": "PT24M00.00S",
                    "PT24M00.00S": "PT12M00.00S",
                    "PT240M00.00S": "PT120M00.00S",
                }
                line["statistics"]["minutes"] = minutes[line["statistics"]["minutes"]]
    with pytest.raises(BadInput, match="not a whole game"):
        parse_live_box(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME)


def test_a_score_that_is_not_the_schedules_is_refused():
    other = SCHEDULE.assign(home_score=3)
    for name in ("live_box", "live_events"):
        parse = {"live_box": parse_live_box, "live_events": parse_live_events}[name]
        with pytest.raises(BadInput, match="the schedule"):
            parse(BY_NAME[name].body, other, file="f", game_id=mini.GAME)


def test_deep_nesting_and_endless_numbers_are_refused():
    for body in (b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}"):
        with pytest.raises(BadInput):
            read_json(body, Place("f"))


def test_a_made_shot_that_is_lost_is_missed():
    document = mini.live_events_document()
    document["game"]["actions"] = [a for a in document["game"]["actions"] if a.get("shotResult") != "Made"]
    with pytest.raises(BadInput, match=r"the made shots add up to \(0, 0\), the score is \(2, 0\)"):
        parse_live_events(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME)


def test_an_action_that_is_duplicated_or_is_unknown_is_refused():
    document = mini.live_events_document()
    actions = document["game"]["actions"]
    with pytest.raises(BadInput, match="is duplicated"):
        again = {"game": document["game"] | {"actions": [actions[1], *actions]}}
        parse_live_events(mini.body(again), SCHEDULE, file="f", game_id=mini.GAME)
    actions[1]["actionType"] = "4pt"
    with pytest.raises(BadInput, match="unknown kind of action '4pt'"):
        parse_live_events(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME)


def test_actions_out_of_order_are_put_in_order_and_counted():
    document = mini.live_events_document()
    sorted_rows = parse_live_events(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME).rows
    document["game"]["actions"].reverse()
    parsed = parse_live_events(mini.body(document), SCHEDULE, file="f", game_id=mini.GAME)
    assert parsed.notes["reordered"] == 1 and parsed.rows.equals(sorted_rows)
