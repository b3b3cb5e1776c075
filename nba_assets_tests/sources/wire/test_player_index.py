import pandas as pd
import pytest

from nba_assets.domain.raw.identity import resolve_players_as_of
from nba_assets.sources.wire.player_index import parse_player_index
from nba_assets.tabular.problems import BadInput
from nba_assets_tests.domain.market_frames import appearances_of
from nba_assets_tests.sources.wire import miniatures as mini

NAME = "stats.nba.com/playerindex_2025-26.json.gz"
DAY = pd.Timestamp("2025-10-20")


def document(*rows: tuple[object, ...]) -> bytes:
    headers = ["PERSON_ID", "PLAYER_FIRST_NAME", "PLAYER_LAST_NAME", "TEAM_ID"]
    return mini.body(
        {"resultSets": [{"name": "PlayerIndex", "headers": headers, "rowSet": [list(r) for r in rows]}]}
    )


def answer(name: str, team: str, appearances: pd.DataFrame) -> pd.Series:
    mention = {"mention_id": [0], "name": [name], "teams": [team], "game_date": [DAY + pd.Timedelta(days=1)]}
    return resolve_players_as_of(pd.DataFrame(mention), appearances).iloc[0]


def test_the_index_of_the_archive(wire):
    index = parse_player_index(wire(NAME), file=NAME, known_on=DAY)
    assert len(index) > 400 and index["player_id"].is_unique and index["team"].nunique() == 30
    achiuwa = index.set_index("player_id").loc[1630173]
    assert (achiuwa["player_name"], achiuwa["team"]) == ("Precious Achiuwa", "NYK")


def test_a_rookie_is_known_before_his_first_game_and_a_trade_is_known():
    index = parse_player_index(
        document((7, "New", "Man", mini.ATL), (8, "Old", "Man", mini.BOS)), file="f", known_on=DAY
    )
    played = appearances_of((8, "Old Man", "ATL", "2025-04-01"))
    both = pd.concat([played, index])
    assert answer("New Man", "ATL|LAL", played)["match_method"] == "unknown"
    assert answer("New Man", "ATL|LAL", both)[["player_id", "match_method"]].tolist() == [7, "exact"]
    assert answer("Old Man", "BOS|LAL", played)["match_method"] == "other_team"
    assert answer("Old Man", "BOS|LAL", both)["match_method"] == "exact"


def test_players_without_a_team_are_left_out_and_one_name_is_enough():
    index = parse_player_index(
        document((7, None, "Nene", mini.ATL), (9, "Free", "Agent", None)), file="f", known_on=DAY
    )
    assert index["player_name"].tolist() == ["Nene"]


@pytest.mark.parametrize(
    "rows", [[], [(7, "A", "B", 5)], [(7, "A", "B", mini.ATL)] * 2, [(None, "A", "B", mini.ATL)]]
)
def test_what_is_no_index_is_refused(rows):
    with pytest.raises(BadInput):
        parse_player_index(document(*rows), file="f", known_on=DAY)
