"""Who starts and who is inactive, as it is public half an hour before tip-off."""

from __future__ import annotations

from typing import Final

import pandas as pd

from nba_assets.calendar.tipoffs import game_cutoffs

# From the source that is read first to the last. The five on the floor at the first event, and those of the
# final box, are the five that were announced; an observer's projection is no announcement.
_SOURCES: Final = ("confirmed", "first_event", "final")
_STARTERS: Final = 5
_TEAM: Final = ["game_id", "team"]
_PLAYER: Final = [*_TEAM, "player_id"]


def announced_lineups(players: pd.DataFrame, lineups: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Starters and inactive players of each game, from the newest whole lineup of its teams.

    Args:
        players: upcoming_player_game_context (game_date, game_id, player_id, team, source).
        lineups: raw_lineups of the same dates; captures after tip-off count only where they state a lineup
            that is final.
        schedule: raw_schedule of the same dates.

    Returns:
        A row per row of ``players``, keyed by game_id and player_id: is_starter and is_inactive (NULL: no
        lineup of his team is known, or it does not list who is inactive), lineup_kind, announced_at (NULL:
        without a capture time).
    """
    tipoffs = game_cutoffs(schedule).set_index("game_id")["cutoff_utc"]
    rows = lineups[lineups["kind"].isin(_SOURCES).to_numpy(bool)].copy()
    late = rows["captured_at"] > rows["game_id"].map(tipoffs)
    rows = rows[~(rows["kind"].eq("confirmed") & late).to_numpy(bool)]
    listed = _newest_whole(rows)
    facts = listed.groupby(_TEAM)[["kind", "captured_at"]].first()
    lists_inactive = listed["role"].eq("inactive").groupby([listed[name] for name in _TEAM]).any()
    found = players[["game_date", "game_id", "player_id", "team", "source"]].merge(
        listed[[*_PLAYER, "role"]], on=_PLAYER, how="left", validate="one_to_one"
    )
    teams = pd.MultiIndex.from_frame(found[_TEAM])
    kinds = facts["kind"].reindex(teams).set_axis(found.index)
    inactive = lists_inactive.reindex(teams, fill_value=False).set_axis(found.index)
    return found.assign(
        is_starter=_is(found["role"], "starter").where(kinds.notna()),
        is_inactive=_is(found["role"], "inactive").where(inactive.to_numpy(bool)),
        lineup_kind=kinds,
        announced_at=facts["captured_at"].reindex(teams).set_axis(found.index),
    ).drop(columns="role")


def _is(roles: pd.Series, role: str) -> pd.Series:
    return roles.eq(role).fillna(False).astype("boolean")


def _newest_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Of each team the newest capture with five starters, of the first kind that has one."""
    capture = [*_TEAM, "kind", "captured_at"]
    starters = rows["role"].eq("starter").groupby([rows[name] for name in capture], dropna=False).sum()
    whole = starters[starters.eq(_STARTERS)].index.to_frame(index=False)
    whole["place"] = whole["kind"].map({kind: place for place, kind in enumerate(_SOURCES)})
    order = whole.sort_values(["place", "captured_at"], ascending=[True, False], kind="stable")
    chosen = order.drop_duplicates(_TEAM)[capture]
    return rows.merge(chosen, on=capture, how="inner").drop_duplicates(_PLAYER)
