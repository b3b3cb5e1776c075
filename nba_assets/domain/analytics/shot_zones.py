"""Attempts and makes per shot zone, from whichever source a game has, and how far the sources agree.

Belongs here: which zone a shot is from, counts a player and game, the chain of sources, the check against the
box. Does not belong here: shares and windows of zones (precompute), reading files (play_by_play.py).

What a shot is, with the evidence of 2022-23 to 2024-25 (655,448 charted shots against the box scores):
- Two or three is what the source scored it as, never what its zone suggests. The value counts FG3A
  exactly but for 3 player-games in three seasons, the zone misses 181: 153 charted threes lie at
  `Mid-Range` (a toe on the drawn line), 27 twos at `Above the Break 3`. So a two is paint or mid-range, a
  three is a three.
- All 1,356 `Backcourt` shots are threes: above the break. A backcourt two would be mid_range by the same
  rule.
- A three drawn inside the line is a corner three up to 14 ft from the baseline: charted corner threes end
  at 13.95 ft, those above the break start at 14.05.
Coarse: paint, mid_range, three; always sum to the attempts. Fine: restricted_area + paint_non_ra = paint,
corner_three + above_break_three = three; NULL for a whole game if one of its shots cannot be classified.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from nba_assets.domain.analytics.player_game_events import shots_of_players
from nba_assets.domain.raw.event_text import SHOT_TYPES
from nba_assets.domain.zones import COARSE, FINE, columns
from nba_assets.tabular.problems import BadInput

COARSE_COLUMNS: Final = columns(zones=COARSE)
FINE_COLUMNS: Final = columns(zones=FINE)
ZONE_COLUMNS: Final = COARSE_COLUMNS + FINE_COLUMNS
PLAYER_GAME: Final = ["game_id", "player_id"]

PAINT_QUALIFIER: Final = "pointsinthepaint"
# 14 ft from the baseline; the basket is 5.25 ft in.
CORNER_DEPTH_FEET: Final = 14.0 - 5.25

_RESTRICTED, _PAINT, _MID_RANGE, _CORNER, _ABOVE_BREAK, _UNKNOWN = range(6)
_CODE_OF_AREA: Final = {
    "Restricted Area": _RESTRICTED,
    "In The Paint (Non-RA)": _PAINT,
    "Mid-Range": _MID_RANGE,
    "Left Corner 3": _CORNER,
    "Right Corner 3": _CORNER,
    "Above the Break 3": _ABOVE_BREAK,
    "Backcourt": _ABOVE_BREAK,
}


def zones_from_shot_chart(shots: pd.DataFrame) -> pd.DataFrame:
    """Count attempts and makes per zone from raw_shot_chart.

    In: game_id, player_id, zone, y (feet from the basket), value (2 or 3), made. Out: one row per (game_id,
    player_id) with an attempt, sorted by it, and the Int64 columns ZONE_COLUMNS.
    Raises BadInput on an unknown or missing zone and on a shot without result. Rules: see the module.
    """
    three = (shots["value"] == 3).to_numpy(dtype=bool)
    area = _charted_area_codes(shots)
    fine = _fine_codes(area, three, shots["y"])
    coarse = _coarse_codes(three, np.isin(area, (_RESTRICTED, _PAINT)))
    return _count(shots["game_id"], shots["player_id"], shots["made"], coarse, fine, "raw_shot_chart")


def zones_from_play_by_play(events: pd.DataFrame) -> pd.DataFrame:
    """Count attempts and makes per zone from raw_play_by_play.

    In: game_id, person_id, event_type, qualifiers, area, y, shot_made. Out: as zones_from_shot_chart.
    Where the feed names the area it decides; where it does not, the qualifier `pointsinthepaint` (on
    makes and misses) identifies the paint, and the fine columns of that game are NULL. A shot without a
    shooter is left out here, so it shows as a difference from the box score. Raises BadInput on an unknown
    area or a shot without result.
    """
    shots = shots_of_players(events, SHOT_TYPES, ("area", "qualifiers", "y"))
    coarse, fine = _codes_of_events(shots)
    return _count(shots["game_id"], shots["person_id"], shots["shot_made"], coarse, fine, "raw_play_by_play")


def choose_zones(box: pd.DataFrame, chart_zones: pd.DataFrame, play_zones: pd.DataFrame) -> pd.DataFrame:
    """Give each box row the zones of its game's best source: shot chart, else play-by-play, else none.

    A chart that does not add up to the box (one that counts a game twice) steps back behind a play-by-play
    that does. Numbers of a player that still do not add up are NULL, so they change no feature.

    In: raw_player_boxscores (game_id, player_id, fga, fgm) and the frames of the two functions above.
    Out: one row per box row, in its order: game_id, player_id, ZONE_COLUMNS, zone_source, zone_detail,
    zones_consistent (coarse sums equal the box's FGA and FGM). A player without attempts has zeros where
    his game has a source, fine zeros where it is fine; without a source every number, the detail and the
    verdict are NULL. A shooter whom the box does not know has no row: the foreign-key check names him.
    Raises MergeError on repeated keys.
    """
    spoiled = _fitting_games(box, play_zones) - _fitting_games(box, chart_zones)
    chart_zones = chart_zones[~chart_zones["game_id"].isin(spoiled)]
    chart_games = pd.unique(chart_zones["game_id"])
    others = play_zones[~play_zones["game_id"].isin(chart_games)]
    keys = box[PLAYER_GAME].reset_index(drop=True)
    chosen = keys.merge(
        pd.concat([chart_zones, others], ignore_index=True), on=PLAYER_GAME, how="left", validate="1:1"
    )
    has_chart, has_play = keys["game_id"].isin(chart_games), keys["game_id"].isin(others["game_id"].unique())
    fine_games = [_fine_games(zones) for zones in (chart_zones, others)]
    is_fine = (keys["game_id"].isin(fine_games[0]) | keys["game_id"].isin(fine_games[1])).to_numpy(dtype=bool)
    has_source = (has_chart | has_play).to_numpy(dtype=bool)
    for names, rows in ((COARSE_COLUMNS, has_source), (FINE_COLUMNS, is_fine)):
        counts = chosen[names].astype("Int64")
        chosen[names] = counts.mask(counts.isna() & rows[:, None], 0)
    source = np.select([has_chart, has_play], ["shot_chart", "play_by_play"], "none")
    chosen["zone_source"] = pd.array(source, dtype="string[pyarrow]")
    detail = pd.Series(np.where(is_fine, "fine", "coarse"), dtype="string[pyarrow]")
    chosen["zone_detail"] = detail.where(has_source)
    chosen["zones_consistent"] = _consistent(box, chosen).where(has_source)
    wrong = ~chosen["zones_consistent"].fillna(True).to_numpy(dtype=bool)
    chosen.loc[wrong, ZONE_COLUMNS] = pd.NA
    return chosen


def zone_agreement(chart_shots: pd.DataFrame, play_events: pd.DataFrame) -> pd.DataFrame:
    """Compare the coarse zone of each shot in both sources, over the games that both have.

    In: raw_shot_chart and raw_play_by_play. Shots are matched by game, player, period, second on the clock,
    result, and their order within these (a putback can fall in the second of the miss). Out: one row per
    coarse zone: zone, chart_attempts, play_attempts, matched (charted shots of the zone with a counterpart),
    agreed, and agreement_share = agreed / matched (fraction; NULL without a match).
    """
    read = ("area", "qualifiers", "y", "period", "clock_seconds_left")
    events = shots_of_players(play_events, SHOT_TYPES, read)
    chart = chart_shots[chart_shots["game_id"].isin(events["game_id"].unique())]
    events = events[events["game_id"].isin(chart["game_id"].unique())]
    area = _charted_area_codes(chart)
    three = (chart["value"] == 3).to_numpy(dtype=bool)
    chart_codes = _coarse_codes(three, np.isin(area, (_RESTRICTED, _PAINT)))
    play_codes = _codes_of_events(events)[0]
    left = _matchable(chart, "player_id", "made", chart_codes)
    right = _matchable(events, "person_id", "shot_made", play_codes)
    pairs = left.merge(
        right, on=[name for name in left.columns if name != "zone"], suffixes=("_chart", "_play")
    )
    matched = np.bincount(pairs["zone_chart"], minlength=3)
    agreed = np.bincount(pairs.loc[pairs["zone_chart"] == pairs["zone_play"], "zone_chart"], minlength=3)
    return pd.DataFrame(
        {
            "zone": pd.array(COARSE, dtype="string[pyarrow]"),
            "chart_attempts": np.bincount(chart_codes, minlength=3),
            "play_attempts": np.bincount(play_codes, minlength=3),
            "matched": matched,
            "agreed": agreed,
            "agreement_share": agreed / np.where(matched > 0, matched, np.nan),
        }
    )


def _codes_of_events(shots: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    three = (shots["event_type"] == "3pt").to_numpy(dtype=bool)
    area = _area_codes(shots["area"], shots["game_id"], "raw_play_by_play", "area")
    qualified = (
        shots["qualifiers"].str.contains(PAINT_QUALIFIER, regex=False).fillna(False).to_numpy(dtype=bool)
    )
    in_paint = np.where(area == _UNKNOWN, qualified, np.isin(area, (_RESTRICTED, _PAINT)))
    return _coarse_codes(three, in_paint), _fine_codes(area, three, shots["y"])


def _charted_area_codes(shots: pd.DataFrame) -> np.ndarray:
    # Without a zone a two would silently count as mid-range.
    if shots["zone"].isna().any():
        raise BadInput(
            file="raw_shot_chart", game=str(shots.loc[shots["zone"].isna(), "game_id"].iloc[0]), field="zone",
            reason="a charted shot without zone", remedy="materialize raw_shot_chart of that date again",
        )  # fmt: skip
    return _area_codes(shots["zone"], shots["game_id"], "raw_shot_chart", "zone")


def _area_codes(area: pd.Series, games: pd.Series, table: str, field: str) -> np.ndarray:
    """Code each area; NULL is unknown, which the chain can live with; a word never seen is refused."""
    positions, words = pd.factorize(area)
    strange = [word for word in words if word not in _CODE_OF_AREA]
    if strange:
        raise BadInput(
            file=table, game=str(games[(area == strange[0]).to_numpy(dtype=bool, na_value=False)].iloc[0]),
            field=field, reason=f"unknown shot zone {strange[0]!r}",
            remedy="add it to the zones of nba_assets.domain.analytics.shot_zones, with evidence",
        )  # fmt: skip
    return np.array([_CODE_OF_AREA[word] for word in words] + [_UNKNOWN])[positions]


def _coarse_codes(three: np.ndarray, in_paint: np.ndarray) -> np.ndarray:
    """Index into COARSE: the value first, then the paint."""
    return np.where(three, 2, np.where(in_paint, 0, 1))


def _fine_codes(area: np.ndarray, three: np.ndarray, y: pd.Series) -> np.ndarray:
    depth = y.to_numpy(dtype=float, na_value=np.nan)
    by_depth = np.where(
        np.isnan(depth), _UNKNOWN, np.where(depth <= CORNER_DEPTH_FEET, _CORNER, _ABOVE_BREAK)
    )
    as_three = np.where(np.isin(area, (_CORNER, _ABOVE_BREAK)), area, by_depth)
    as_two = np.where(np.isin(area, (_CORNER, _ABOVE_BREAK)), _MID_RANGE, area)
    return np.where(area == _UNKNOWN, _UNKNOWN, np.where(three, as_three, as_two))


def _count(
    games: pd.Series, players: pd.Series, made: pd.Series, coarse: np.ndarray, fine: np.ndarray, table: str
) -> pd.DataFrame:
    if made.isna().any():
        raise BadInput(
            file=table, game=str(games[made.isna()].iloc[0]), field="made", reason="a shot without result",
            remedy="materialize the raw table of that game's date again",
        )  # fmt: skip
    is_made = made.to_numpy(dtype=bool)
    flags: dict[str, np.ndarray] = {}
    for zones, codes, numbers in (
        (COARSE, coarse, range(len(COARSE))),
        (FINE, fine, (_RESTRICTED, _PAINT, _CORNER, _ABOVE_BREAK)),
    ):
        for zone, number in zip(zones, numbers, strict=True):
            flags[f"{zone}_fga"] = codes == number
            flags[f"{zone}_fgm"] = (codes == number) & is_made
    frame = pd.DataFrame(flags | {"unknown": fine == _UNKNOWN}).astype("int64")
    keys = [games.astype("string[pyarrow]").to_numpy(), players.to_numpy(dtype="int64")]
    sums = frame.groupby(keys).sum().rename_axis(PLAYER_GAME).reset_index()
    sums["game_id"] = sums["game_id"].astype("string[pyarrow]")
    not_fine = (sums.groupby("game_id")["unknown"].transform("sum") > 0).to_numpy(dtype=bool)
    sums[ZONE_COLUMNS] = sums[ZONE_COLUMNS].astype("Int64")
    sums[FINE_COLUMNS] = sums[FINE_COLUMNS].mask(
        np.broadcast_to(not_fine[:, None], (len(sums), len(FINE_COLUMNS)))
    )
    return sums[PLAYER_GAME + ZONE_COLUMNS]


def _fine_games(zones: pd.DataFrame) -> np.ndarray:
    return np.asarray(pd.unique(zones.loc[zones["restricted_area_fga"].notna(), "game_id"]))


def _fitting_games(box: pd.DataFrame, zones: pd.DataFrame) -> set[str]:
    """Games of a source in which every player's zones add up to his box line."""
    known = box[box["game_id"].isin(zones["game_id"].unique())].reset_index(drop=True)
    rows = known[PLAYER_GAME].merge(zones, on=PLAYER_GAME, how="left")
    rows[COARSE_COLUMNS] = rows[COARSE_COLUMNS].fillna(0)
    fits = _consistent(known, rows).groupby(known["game_id"]).all()
    return set(fits.index[fits.to_numpy(dtype=bool)])


def _consistent(box: pd.DataFrame, chosen: pd.DataFrame) -> pd.Series:
    totals = box[["fga", "fgm"]].reset_index(drop=True)
    same = pd.Series(True, index=totals.index, dtype="boolean")
    for count in totals.columns:
        in_zones = chosen[f"paint_{count}"] + chosen[f"mid_range_{count}"] + chosen[f"three_{count}"]
        same &= in_zones == totals[count]
    return same


def _matchable(shots: pd.DataFrame, player: str, made: str, zones: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "game_id": shots["game_id"].astype("string[pyarrow]").to_numpy(),
            "player_id": shots[player].to_numpy(dtype="int64"),
            "period": shots["period"].to_numpy(dtype="int64"),
            # The chart's clock has whole seconds, cut off.
            "second": np.floor(shots["clock_seconds_left"].to_numpy(dtype=float)).astype("int64"),
            "made": shots[made].to_numpy(dtype=bool),
            "zone": zones,
        }
    )
    return frame.assign(order=frame.groupby(["game_id", "player_id", "period", "second", "made"]).cumcount())
