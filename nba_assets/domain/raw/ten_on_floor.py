"""The ten on the floor at every event, from who started and who came and went.

A substitution that contradicts the line-up (a player leaves who is not on the floor) makes the team's line-up
unknown for the whole game: a wrong five is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

FIVE: Final = 5
_TEXT = pd.StringDtype("pyarrow")


def starters_from_events(events: pd.DataFrame) -> dict[str, frozenset[int]]:
    """Find who started one game, by team: those whose first act is not to come in.

    In: events of one game in order of play (event_type, event_subtype, person_id, assist_person_id, team);
    any event type counts, a technical foul does not (the bench gets them too). Out: five ids a team; a team
    of which fewer are known yet, or more seem to have started, is left out.
    """
    own = events["person_id"].notna() & events["team"].notna()
    technical = events["event_type"].eq("foul") & events["event_subtype"].eq("technical").fillna(False)
    acts = events.loc[own & ~technical.astype("bool"), ["event_type", "event_subtype", "team", "person_id"]]
    first = acts.drop_duplicates(["team", "person_id"])
    came_in = first["event_type"].eq("substitution") & first["event_subtype"].eq("in").fillna(False)
    # Whoever assists without ever acting himself has not come in either.
    assisted = events["assist_person_id"].notna() & ~events["assist_person_id"].isin(acts["person_id"])
    assists = events.loc[assisted & events["team"].notna(), ["team", "assist_person_id"]]
    assists = assists.rename(columns={"assist_person_id": "person_id"})
    started = pd.concat([first.loc[~came_in.astype("bool"), ["team", "person_id"]], assists])
    sides = {str(team): frozenset(map(int, ids)) for team, ids in started.groupby("team")["person_id"]}
    return {team: ids for team, ids in sorted(sides.items()) if len(ids) == FIVE}


def players_on_floor(events: pd.DataFrame, starters: Mapping[str, frozenset[int]]) -> pd.Series:
    """The ten players on the floor after each event.

    In: events of one game in order of play (event_type, event_subtype, person_id, team); five starters of
    each of two teams, see ``starters_from_events``. Out, on the index of the events: ids joined by '|',
    ascending, home and away together; fewer than ten only between the substitutions of one stoppage. NULL
    throughout unless both line-ups are known for the whole game.
    """
    unknown = pd.Series(pd.NA, index=events.index, dtype=_TEXT)
    if len(starters) != 2:
        return unknown
    floor = {team: set(ids) for team, ids in starters.items()}
    is_substitution = events["event_type"].eq("substitution").to_numpy(dtype=bool, na_value=False)
    states = [_written(floor)]
    for row in events.loc[is_substitution, ["team", "person_id", "event_subtype"]].itertuples(index=False):
        if not _substitute(floor, row.team, row.person_id, row.event_subtype):
            return unknown
        states.append(_written(floor))
    full = np.array([state.count("|") == 2 * FIVE - 1 for state in states])[np.cumsum(is_substitution)]
    if not full[~is_substitution].all():
        return unknown
    return pd.Series(np.array(states, dtype=object)[np.cumsum(is_substitution)], events.index, dtype=_TEXT)


def players_on_floor_by_period(
    events: pd.DataFrame, starters: Callable[[pd.DataFrame], Mapping[str, frozenset[int]]]
) -> pd.Series:
    """The ten players on the floor, for a feed without the substitutions between two periods.

    In: as ``players_on_floor``, with period; `starters` finds the fives that begin a period from its events.
    Out: as in that function; NULL in the periods whose line-ups are not known throughout.
    """
    parts = [players_on_floor(part, starters(part)) for _, part in events.groupby("period", sort=True)]
    return pd.concat(parts).reindex(events.index) if parts else pd.Series(dtype=_TEXT)


def _substitute(floor: dict[str, set[int]], team: object, person: Any, direction: object) -> bool:
    five = floor.get(str(team))
    if five is None or pd.isna(person) or (person in five) == (direction == "in"):
        return False
    five.symmetric_difference_update({int(str(person))})
    return True


def _written(floor: Mapping[str, set[int]]) -> str:
    return "|".join(map(str, sorted(set().union(*floor.values()))))
