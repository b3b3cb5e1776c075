"""Team constants: complete, unique, and strict about what they do not know."""

import pandas as pd
import pytest

from nba_assets.domain.teams import TEAM_TRICODES, TEAMS, travel_miles, tricode_of_id, tricode_of_name


def test_thirty_teams_with_unique_ids_tricodes_and_names():
    assert len(TEAMS) == 30
    assert len({team.team_id for team in TEAMS}) == 30
    assert len({team.tricode for team in TEAMS}) == 30
    assert len({team.name for team in TEAMS}) == 30
    assert all(24 < team.arena_latitude < 46 and -124 < team.arena_longitude < -70 for team in TEAMS)


def test_look_ups():
    assert tricode_of_id(1610612752) == "NYK"
    assert tricode_of_name("Los Angeles Clippers") == tricode_of_name("LA Clippers") == "LAC"
    for name in ("PORTLAND TRAIL BLAZERS", "Portland Trailblazers", "Blazers", "por"):
        assert tricode_of_name(name) == "POR"
    assert tricode_of_name("Philadelphia Sixers") == tricode_of_name("76ers") == "PHI"
    with pytest.raises(KeyError, match="unknown NBA team id 7"):
        tricode_of_id(7)
    with pytest.raises(KeyError, match="unknown team name 'Seattle SuperSonics'"):
        tricode_of_name("Seattle SuperSonics")


def test_travel_miles_known_distances_nulls_and_index():
    origins = pd.Series(["LAL", "NYK", "BOS", None], dtype="string[pyarrow]")
    destinations = pd.Series(["BOS", "BKN", "BOS", "MIA"], dtype="string[pyarrow]", index=[4, 5, 6, 7])
    miles = travel_miles(origins, destinations)
    assert list(miles.index) == [4, 5, 6, 7]
    assert miles[4] == pytest.approx(2597, abs=10)
    assert miles[5] == pytest.approx(4.8, abs=0.3)
    assert miles[6] == 0
    assert pd.isna(miles[7])
    assert travel_miles(destinations[:2], origins[:2]).to_list() == pytest.approx(miles[:2].to_list())


def test_travel_miles_refuses_unknown_tricodes_and_unequal_lengths():
    with pytest.raises(KeyError, match="SEA"):
        travel_miles(pd.Series(["SEA"]), pd.Series(["BOS"]))
    with pytest.raises(ValueError, match="1 origins for 2 destinations"):
        travel_miles(pd.Series(["BOS"]), pd.Series(["BOS", "NYK"]))


def test_names_and_ids_are_those_of_the_archive(archive_dir):
    lines = pd.read_parquet(archive_dir / "odds/game_closing_lines.parquet", columns=["home_team"])
    assert {tricode_of_name(name) for name in lines["home_team"]} == set(TEAM_TRICODES.values())
    files = sorted((archive_dir / "leaguegamelog").glob("teams_*_regular.parquet"))
    columns = ["TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME"]
    teams = pd.concat([pd.read_parquet(file, columns=columns) for file in files]).drop_duplicates()
    assert dict(zip(teams["TEAM_ID"], teams["TEAM_ABBREVIATION"], strict=True)) == TEAM_TRICODES
    assert [tricode_of_name(name) for name in teams["TEAM_NAME"]] == teams["TEAM_ABBREVIATION"].to_list()
