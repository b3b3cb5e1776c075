"""The thirty franchises a simulated league borrows: tricode, NBA team id, names, arena time zone."""

from __future__ import annotations

from typing import NamedTuple

FIRST_TEAM_ID = 1610612737


class Franchise(NamedTuple):
    """One real team: what a feed calls it."""

    tricode: str
    team_id: int
    name: str
    odds_name: str
    time_zone: str


_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"

# In the order of their NBA team ids, which start at 1610612737 without a gap.
_BY_TEAM_ID = (
    ("ATL", "Atlanta Hawks", _EASTERN),
    ("BOS", "Boston Celtics", _EASTERN),
    ("CLE", "Cleveland Cavaliers", _EASTERN),
    ("NOP", "New Orleans Pelicans", _CENTRAL),
    ("CHI", "Chicago Bulls", _CENTRAL),
    ("DAL", "Dallas Mavericks", _CENTRAL),
    ("DEN", "Denver Nuggets", _MOUNTAIN),
    ("GSW", "Golden State Warriors", _PACIFIC),
    ("HOU", "Houston Rockets", _CENTRAL),
    ("LAC", "LA Clippers", _PACIFIC),
    ("LAL", "Los Angeles Lakers", _PACIFIC),
    ("MIA", "Miami Heat", _EASTERN),
    ("MIL", "Milwaukee Bucks", _CENTRAL),
    ("MIN", "Minnesota Timberwolves", _CENTRAL),
    ("BKN", "Brooklyn Nets", _EASTERN),
    ("NYK", "New York Knicks", _EASTERN),
    ("ORL", "Orlando Magic", _EASTERN),
    ("IND", "Indiana Pacers", _EASTERN),
    ("PHI", "Philadelphia 76ers", _EASTERN),
    ("PHX", "Phoenix Suns", _MOUNTAIN),
    ("POR", "Portland Trail Blazers", _PACIFIC),
    ("SAC", "Sacramento Kings", _PACIFIC),
    ("SAS", "San Antonio Spurs", _CENTRAL),
    ("OKC", "Oklahoma City Thunder", _CENTRAL),
    ("TOR", "Toronto Raptors", _EASTERN),
    ("UTA", "Utah Jazz", _MOUNTAIN),
    ("MEM", "Memphis Grizzlies", _CENTRAL),
    ("WAS", "Washington Wizards", _EASTERN),
    ("DET", "Detroit Pistons", _EASTERN),
    ("CHA", "Charlotte Hornets", _EASTERN),
)

# The box score has "LA Clippers", the books "Los Angeles Clippers": kept apart as in the real feeds.
_ODDS_NAMES = {"LAC": "Los Angeles Clippers"}

FRANCHISES = tuple(
    Franchise(tricode, FIRST_TEAM_ID + i, name, _ODDS_NAMES.get(tricode, name), zone)
    for i, (tricode, name, zone) in enumerate(_BY_TEAM_ID)
)
