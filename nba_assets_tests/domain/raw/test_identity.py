import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from nba_assets.domain.raw.identity import (
    resolve_players,
    resolve_players_as_of,
    roster_as_of,
)
from nba_assets_tests.domain.market_frames import appearances_of

ROSTER = (
    (1, "Luka Dončić", "DAL"),
    (2, "Jabari Smith Jr.", "HOU"),
    (3, "Herbert Jones", "NOP"),
    (4, "CJ McCollum", "NOP"),
    (5, "Larry Nance Jr.", "NOP"),
    (6, "Jalen Smith", "IND"),
    (7, "Jaylin Smith", "IND"),
    (8, "Karl-Anthony Towns", "MIN"),
    (9, "Gary Trent Jr.", "TOR"),
    (10, "Bones Hyland", "LAC"),
    (11, "Marcus Morris Sr.", "PHI"),
    (12, "Marcus Morris", "CLE"),
    (13, "Kentavious Caldwell-Pope", "DEN"),
    (14, "De'Aaron Fox", "SAC"),
    (15, "Twin Name", "ATL"),
    (16, "Twin Name", "ATL"),
)


def roster() -> pd.DataFrame:
    frame = pd.DataFrame(ROSTER, columns=["player_id", "player_name", "team"])
    return frame.assign(last_game_date=pd.Timestamp("2024-03-01"))


def resolve(name: str, teams: str | None) -> pd.Series:
    mentions = pd.DataFrame({"mention_id": [7], "name": [name], "teams": [teams]}, dtype="object")
    return resolve_players(mentions, roster()).iloc[0]


@pytest.mark.parametrize(
    ("name", "teams", "player", "method"),
    [
        ("Luka Dončić", "DAL|HOU", 1, "exact"),
        ("Luka Doncic", "DAL|HOU", 1, "normalised"),
        ("LUKA DONCIC", "DAL", 1, "normalised"),
        ("DeAaron Fox", "SAC", 14, "normalised"),
        ("De’Aaron Fox", "SAC", 14, "normalised"),  # noqa: RUF001 - the feed's apostrophe
        ("Jabari Smith Jr", "HOU", 2, "normalised"),
        ("Jabari Smith", "HOU", 2, "suffix"),
        ("Karl-Anthony Towns Sr.", "MIN", 8, "suffix"),
        ("Herb Jones", "NOP|LAL", 3, "nickname"),
        ("Nah'Shon Hyland", "LAC", 10, "nickname"),
        ("Christian James McCollum", "NOP", 4, "nickname"),
        ("C.J. McCollum", "NOP", 4, "normalised"),
        ("C. J. McCollum", "NOP", 4, "normalised"),
        ("Caldwell Pope Kentavious", "DEN", 13, "word_order"),
        ("K. Caldwell-Pope", "DEN|LAL", 13, "initials"),
        ("L. Nance", "NOP", 5, "initials"),
        ("Karl-Anthony Towns", "NYK|BOS", 8, "other_team"),
        ("Karl Anthony Towns", None, 8, "other_team"),
    ],
)
def test_each_kind_of_evidence(name, teams, player, method):
    answer = resolve(name, teams)
    assert (answer["mention_id"], answer["player_id"], answer["match_method"]) == (7, player, method)
    assert pd.isna(answer["candidates"])


def test_weaker_evidence_has_lower_confidence():
    methods = [("Luka Dončić", "DAL"), ("Luka Doncic", "DAL"), ("Jabari Smith", "HOU"), ("Herb Jones", "NOP"),
               ("K. Caldwell-Pope", "DEN"), ("Karl-Anthony Towns", "NYK")]  # fmt: skip
    confidences = [resolve(*method)["match_confidence"] for method in methods]
    assert confidences == sorted(set(confidences), reverse=True)


@pytest.mark.parametrize(
    ("name", "teams", "candidates"),
    [
        ("J. Smith", "IND", "6 Jalen Smith IND|7 Jaylin Smith IND"),
        ("Twin Name", "ATL", "15 Twin Name ATL|16 Twin Name ATL"),
        ("Marcus Morris Jr.", None, "11 Marcus Morris Sr. PHI|12"),
    ],
)
def test_more_than_one_is_ambiguous_never_guessed(name, teams, candidates):
    answer = resolve(name, teams)
    if name == "Marcus Morris Jr.":
        # The Sr. contradicts the Jr.: only the one without a suffix is left.
        assert answer["player_id"] == 12
        return
    assert pd.isna(answer["player_id"]) and pd.isna(answer["match_confidence"])
    assert (answer["match_method"], answer["candidates"]) == ("ambiguous", candidates)


def test_initials_are_unique_on_the_teams_only_and_never_league_wide():
    assert resolve("J. Smith", "HOU")["player_id"] == 2
    assert resolve("J. Smith", "BOS")["match_method"] == "unknown"


def test_suffixes_that_contradict_are_not_the_same_person():
    assert resolve("Gary Trent III", "TOR")["match_method"] == "unknown"


def test_the_team_decides_between_two_of_one_name():
    assert resolve("Marcus Morris", "PHI")["player_id"] == 11
    assert resolve("Marcus Morris", "CLE")["player_id"] == 12


@pytest.mark.parametrize("name", ["Nobody Known", "", "...", None])
def test_unknown_is_null(name):
    answer = resolve(name, "DAL")
    assert answer["match_method"] == "unknown" and pd.isna(answer["player_id"])


def test_a_repeated_mention_or_player_raises():
    twice = pd.DataFrame({"mention_id": [1, 1], "name": "Luka Dončić", "teams": "DAL"})
    with pytest.raises(ValueError, match="mention_id"):
        resolve_players(twice, roster())
    with pytest.raises(ValueError, match="roster"):
        resolve_players(twice, pd.concat([roster(), roster()]))


HISTORY = appearances_of(
    (1, "Traded Man", "ATL", "2024-01-01"),
    (1, "Traded Man", "BOS", "2024-02-10"),
    (2, "Rookie Man", "BOS", "2024-02-05"),
    (3, "Enes Old", "BOS", "2024-01-05"),
    (3, "Enes New", "BOS", "2024-02-06"),
    (4, "Gone Man", "BOS", "2020-12-25"),
)


def as_of(name: str, teams: str, date: str) -> pd.Series:
    mentions = pd.DataFrame(
        {"mention_id": [0], "name": [name], "teams": [teams], "game_date": [pd.Timestamp(date)]}
    )
    return resolve_players_as_of(mentions, HISTORY).iloc[0]


def test_only_appearances_before_the_date_count():
    assert as_of("Rookie Man", "BOS", "2024-02-05")["match_method"] == "unknown"
    assert as_of("Rookie Man", "BOS", "2024-02-06")["match_method"] == "exact"
    assert as_of("Traded Man", "BOS", "2024-02-10")["match_method"] == "other_team"
    assert as_of("Traded Man", "BOS", "2024-02-11")["match_method"] == "exact"
    assert as_of("Enes New", "BOS", "2024-02-06")["match_method"] == "unknown"
    assert as_of("Gone Man", "BOS", "2024-02-06")["match_method"] == "unknown"


NAMES = ["Traded Man", "Rookie Man", "Enes Old", "Enes New", "Gone Man", "T. Man", "R. Man", "Nobody"]
mention_rows = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["ATL", "BOS", "ATL|BOS", "LAL"]), st.integers(0, 45)),
    min_size=1,
    max_size=30,
)


@settings(max_examples=20, derandomize=True)
@given(mention_rows)
def test_a_range_equals_its_dates_alone_and_later_dates_change_nothing(rows):
    mentions = pd.DataFrame(rows, columns=["name", "teams", "day"])
    mentions["game_date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(mentions["day"], unit="D")
    mentions["mention_id"] = mentions.index
    together = resolve_players_as_of(mentions, HISTORY.sample(frac=1, random_state=1)).set_index("mention_id")
    for date, day in mentions.groupby("game_date"):
        alone = resolve_players_as_of(day, HISTORY.loc[HISTORY["game_date"] < date]).set_index("mention_id")
        by_roster = resolve_players(day, roster_as_of(HISTORY, date)).set_index("mention_id")
        assert_frame_equal(together.loc[alone.index], alone)
        assert_frame_equal(by_roster, alone)
