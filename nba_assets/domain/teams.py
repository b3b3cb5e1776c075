"""The thirty teams: ids, tricodes, names as bookmakers write them, arenas, and the miles between arenas.

Belongs here: constants of a team and look-ups among them, all of which refuse what they do not know.
Does not belong here: anything that changes from game to game (schedule), player names (sources).

The arena is the one of 2024-25. Two departures, too small or too short to carry a calendar of their own:
the Clippers shared the Lakers' arena (11 miles away) until 2023-24, and Toronto played 2020-21 in Tampa.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

EARTH_RADIUS_MILES: Final = 3958.7613  # mean radius, IUGG


@dataclass(frozen=True)
class Team:
    """One team; `name` as The Odds API writes it, coordinates of the arena in degrees, IANA time zone."""

    team_id: int
    tricode: str
    city: str
    name: str
    arena_latitude: float
    arena_longitude: float
    time_zone: str


_EASTERN: Final = "America/New_York"
_CENTRAL: Final = "America/Chicago"
_MOUNTAIN: Final = "America/Denver"
_INDIANA: Final = "America/Indiana/Indianapolis"
_PACIFIC: Final = "America/Los_Angeles"

TEAMS: Final[tuple[Team, ...]] = (
    Team(1610612737, "ATL", "Atlanta", "Atlanta Hawks", 33.7573, -84.3963, _EASTERN),
    Team(1610612738, "BOS", "Boston", "Boston Celtics", 42.3662, -71.0621, _EASTERN),
    Team(1610612739, "CLE", "Cleveland", "Cleveland Cavaliers", 41.4965, -81.6882, _EASTERN),
    Team(1610612740, "NOP", "New Orleans", "New Orleans Pelicans", 29.9490, -90.0821, _CENTRAL),
    Team(1610612741, "CHI", "Chicago", "Chicago Bulls", 41.8807, -87.6742, _CENTRAL),
    Team(1610612742, "DAL", "Dallas", "Dallas Mavericks", 32.7905, -96.8103, _CENTRAL),
    Team(1610612743, "DEN", "Denver", "Denver Nuggets", 39.7487, -105.0077, _MOUNTAIN),
    Team(1610612744, "GSW", "San Francisco", "Golden State Warriors", 37.7680, -122.3877, _PACIFIC),
    Team(1610612745, "HOU", "Houston", "Houston Rockets", 29.7508, -95.3621, _CENTRAL),
    Team(1610612746, "LAC", "Los Angeles", "Los Angeles Clippers", 33.9450, -118.3430, _PACIFIC),
    Team(1610612747, "LAL", "Los Angeles", "Los Angeles Lakers", 34.0430, -118.2673, _PACIFIC),
    Team(1610612748, "MIA", "Miami", "Miami Heat", 25.7814, -80.1870, _EASTERN),
    Team(1610612749, "MIL", "Milwaukee", "Milwaukee Bucks", 43.0451, -87.9172, _CENTRAL),
    Team(1610612750, "MIN", "Minneapolis", "Minnesota Timberwolves", 44.9795, -93.2761, _CENTRAL),
    Team(1610612751, "BKN", "Brooklyn", "Brooklyn Nets", 40.6826, -73.9754, _EASTERN),
    Team(1610612752, "NYK", "New York", "New York Knicks", 40.7505, -73.9934, _EASTERN),
    Team(1610612753, "ORL", "Orlando", "Orlando Magic", 28.5392, -81.3839, _EASTERN),
    Team(1610612754, "IND", "Indianapolis", "Indiana Pacers", 39.7640, -86.1555, _INDIANA),
    Team(1610612755, "PHI", "Philadelphia", "Philadelphia 76ers", 39.9012, -75.1720, _EASTERN),
    Team(1610612756, "PHX", "Phoenix", "Phoenix Suns", 33.4457, -112.0712, "America/Phoenix"),
    Team(1610612757, "POR", "Portland", "Portland Trail Blazers", 45.5316, -122.6668, _PACIFIC),
    Team(1610612758, "SAC", "Sacramento", "Sacramento Kings", 38.5802, -121.4997, _PACIFIC),
    Team(1610612759, "SAS", "San Antonio", "San Antonio Spurs", 29.4270, -98.4375, _CENTRAL),
    Team(1610612760, "OKC", "Oklahoma City", "Oklahoma City Thunder", 35.4634, -97.5151, _CENTRAL),
    Team(1610612761, "TOR", "Toronto", "Toronto Raptors", 43.6435, -79.3791, "America/Toronto"),
    Team(1610612762, "UTA", "Salt Lake City", "Utah Jazz", 40.7683, -111.9011, _MOUNTAIN),
    Team(1610612763, "MEM", "Memphis", "Memphis Grizzlies", 35.1382, -90.0506, _CENTRAL),
    Team(1610612764, "WAS", "Washington", "Washington Wizards", 38.8981, -77.0209, _EASTERN),
    Team(1610612765, "DET", "Detroit", "Detroit Pistons", 42.3411, -83.0553, "America/Detroit"),
    Team(1610612766, "CHA", "Charlotte", "Charlotte Hornets", 35.2251, -80.8392, _EASTERN),
)

TEAM_TRICODES: Final[dict[int, str]] = {team.team_id: team.tricode for team in TEAMS}
TEAM_BY_TRICODE: Final[dict[str, Team]] = {team.tricode: team for team in TEAMS}
# stats.nba.com alone writes the Clippers without their city.
TRICODE_BY_NAME: Final[dict[str, str]] = {team.name: team.tricode for team in TEAMS} | {"LA Clippers": "LAC"}
# Codes of other publishers (Basketball-Reference, ESPN, older feeds of the NBA) for the same teams.
TRICODE_ALIASES: Final[dict[str, str]] = {
    "BK": "BKN", "BRK": "BKN", "NJN": "BKN", "CHO": "CHA", "GS": "GSW", "GOS": "GSW", "NO": "NOP",
    "NOH": "NOP", "NOK": "NOP", "NOR": "NOP", "NY": "NYK", "PHL": "PHI", "PHO": "PHX", "SA": "SAS",
    "SAN": "SAS", "UTAH": "UTA", "UTH": "UTA", "WSH": "WAS",
}  # fmt: skip

_NICKNAMES: Final[dict[str, str]] = {team.name.rsplit(" ", 1)[1]: team.tricode for team in TEAMS} | {
    "Trail Blazers": "POR", "Sixers": "PHI", "Philadelphia Sixers": "PHI",
}  # fmt: skip


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_CODES: Final = {code: code for code in TEAM_BY_TRICODE} | TRICODE_ALIASES
_BY_ANY_NAME: Final = {
    _plain(name): code for names in (_CODES, _NICKNAMES, TRICODE_BY_NAME) for name, code in names.items()
}


def tricode_of_id(team_id: int) -> str:
    """Return the tricode of an NBA team id; KeyError names an unknown one."""
    if team_id not in TEAM_TRICODES:
        raise KeyError(f"unknown NBA team id {team_id}: not in nba_assets.domain.teams")
    return TEAM_TRICODES[team_id]


def tricode_of_name(name: str) -> str:
    """Return the tricode of a team as a feed names it; KeyError names an unknown one.

    A full name or the nickname alone, in any case, or a tricode of any publisher.
    """
    if (tricode := _known_as(name)) is None:
        known = ", ".join(sorted(TRICODE_BY_NAME))
        raise KeyError(f"unknown team name {name!r}: nba_assets.domain.teams has {known}")
    return tricode


def is_team_name(name: object) -> bool:
    """Whether :func:`tricode_of_name` knows a name."""
    return isinstance(name, str) and _known_as(name) is not None


def _known_as(name: str) -> str | None:
    return _BY_ANY_NAME.get(_plain(name))


def travel_miles(from_teams: pd.Series, to_teams: pd.Series) -> pd.Series:
    """Great-circle miles between the arenas of two aligned columns of tricodes (haversine formula).

    Float64 under the index of `to_teams`; NULL where either side is NULL. KeyError names unknown tricodes,
    ValueError unequal lengths.
    """
    if len(from_teams) != len(to_teams):
        raise ValueError(f"{len(from_teams)} origins for {len(to_teams)} destinations")
    latitude_from, longitude_from = _arena_radians(from_teams)
    latitude_to, longitude_to = _arena_radians(to_teams)
    chord = (
        np.sin((latitude_to - latitude_from) / 2) ** 2
        + np.cos(latitude_from) * np.cos(latitude_to) * np.sin((longitude_to - longitude_from) / 2) ** 2
    )
    miles = 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(chord))
    return pd.Series(miles, index=to_teams.index, name="travel_miles", dtype="float64")


def _arena_radians(teams: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, names = pd.factorize(teams)
    unknown = sorted(str(name) for name in names if name not in TEAM_BY_TRICODE)
    if unknown:
        raise KeyError(f"unknown tricodes {', '.join(unknown)}: not among the {len(TEAMS)} of the league")
    # A NULL has code -1 and so picks the NaN at the end.
    latitudes = np.array([TEAM_BY_TRICODE[name].arena_latitude for name in names] + [np.nan])
    longitudes = np.array([TEAM_BY_TRICODE[name].arena_longitude for name in names] + [np.nan])
    return np.radians(latitudes)[codes], np.radians(longitudes)[codes]
