"""Player points lines as a table: game and player found, capture placed before or after tip-off."""

from __future__ import annotations

import pandas as pd

from nba_assets.calendar.tipoffs import (
    eastern_date,
    game_cutoffs,
    with_stated_tipoffs,
)
from nba_assets.domain.raw.event_games import (
    games_of_events,
    games_of_opponents,
)
from nba_assets.domain.raw.identity import resolve_players_as_of
from nba_assets.domain.raw.moments import is_wall_clock, is_zoned_clock
from nba_assets.domain.raw.odds.odds_prices import price_imbalance
from nba_assets.domain.raw.readings import Remark, counted, readings, remarks, with_faults

RAW_POINTS_LINE_COLUMNS = [
    "game_date", "captured_at", "game_id", "player_name", "book", "player_id", "line", "over_price",
    "under_price", "minutes_to_tipoff", "captured_before_tipoff", "match_method", "match_confidence",
    "source",
]  # fmt: skip

# A list shown after midnight is still last night's: the feed changes slates before three in the morning.
SLATE_ENDS = pd.Timedelta(hours=3)

_KEY = ["captured_at", "game_id", "player_name", "book"]
_TEXT = pd.StringDtype("pyarrow")


def points_lines_from_archive(
    rows: pd.DataFrame, schedule: pd.DataFrame, appearances: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land archived player points lines; every row lands or is counted as refused.

    In: rows in the columns of ``odds/player_points_lines_*.parquet``, best the whole file (tip-offs are
    learnt from it too); schedule as in ``tipoffs.game_cutoffs``; appearances (player_id, player_name, team,
    game_date). Out: (raw_player_points_lines, refused (reason*, source*, game_date* nullable, count)).

    Lines in points, prices American, minutes_to_tipoff in minutes (NULL without a known tip-off). Tip-off:
    the schedule's, else the earliest commence_time stated for the game in these rows, else unknown and
    captured_before_tipoff means before 18:00 US Eastern. Refused: no_such_game_on_date,
    home_and_away_swapped, no_date, no_game_at_venue_on_date, two_games_fit (see event_games),
    unreadable_FIELD (a time, number or team name that is none, with the first value), no_teams, no_player,
    no_line, exact_duplicate, alternate_line and equally_balanced_lines. Two books of the archive quote
    ladders of up to eleven lines under one key. The main line is the one whose two prices are most nearly
    even: 99.7 % of these lie within one point of the other books' median. Equal balance cannot be decided
    and refuses the key, so no line is made up. Kept, and counted with a remark: a capture that names no time
    zone (see ``readings``), and a row without its unreadable commence_time where game_date tells the day.
    """
    rows = rows.reset_index(drop=True)
    located = _located(rows, schedule)
    tipoffs = game_cutoffs(with_stated_tipoffs(schedule, located[["game_id", "commence_time"]]))
    located.loc[located["refused"].isna() & located["line"].isna(), "refused"] = "no_line"
    landed = located.loc[located["refused"].isna()]
    located.loc[landed.index, "refused"] = _repeats(landed)
    lines = located.loc[located["refused"].isna()].drop(columns="refused")
    lines = _timed(lines, tipoffs)
    lines = _identified(lines, appearances)
    kept = located["refused"].isna()
    undated = kept & rows["commence_time"].notna() & located["commence_time"].isna()
    by, captures = ["reason", "source", "game_date"], rows["snapshot_at"]
    notes = [
        remarks(located, by, captures, kept & is_wall_clock(captures), Remark.LATEST),
        remarks(located, by, captures, kept & is_zoned_clock(captures), Remark.REPAIRED),
        remarks(located, by, rows["commence_time"], undated, Remark.WITHOUT_IT),
    ]
    return _as_table(lines), pd.concat([_refused(located), *(note for note in notes if len(note))])


def _located(rows: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Rows with game_id, game_date, teams the player may belong to and, where no game fits, the reason."""
    unplaced = is_wall_clock(rows["snapshot_at"])
    rows, faults = readings(
        rows,
        moments=["commence_time"],
        captures=["snapshot_at"],
        days=["game_date"],
        numbers=["line", "over_price", "under_price"],
        teams=["home_team", "away_team"],
    )
    rows["source"] = rows["source"].fillna("archive")
    out = rows[["source", "book", "line", "over_price", "under_price", "commence_time"]].assign(
        player_name=rows["player"], captured_at=rows["snapshot_at"]
    )
    stated = rows["game_date"]
    faults = faults[~(faults["field"].eq("commence_time") & stated.reindex(faults.index).notna())]
    # The latest moment may lie in the next slate: it tells no game.
    captured = eastern_date(out["captured_at"] - SLATE_ENDS).mask(unplaced)
    has_event, has_opponent = rows["home_team"].notna() & rows["away_team"].notna(), rows["opp"].notna()
    events = pd.DataFrame(
        {
            "home_name": rows["home_team"],
            "away_name": rows["away_team"],
            # The commence time is UTC: a late game's is the next day's.
            "event_date": eastern_date(out["commence_time"]).fillna(stated),
        }
    ).loc[has_event]
    by_event = games_of_events(events, schedule)
    by_event["teams"] = by_event["home_team"].astype("object") + "|" + by_event["away_team"].astype("object")
    opponents = pd.DataFrame({"opponent": rows["opp"], "stated_date": stated, "capture_date": captured})
    by_opponent = games_of_opponents(opponents.loc[has_opponent & ~has_event], schedule)
    found = pd.concat([by_event, by_opponent.rename(columns={"player_team": "teams"})])
    out = out.join(found[["game_id", "game_date", "teams", "refused"]])
    out.loc[~has_event & ~has_opponent, "refused"] = "no_teams"
    unnamed = out["player_name"].isna() | out["player_name"].astype("string").str.strip().eq("").fillna(False)
    out.loc[unnamed, "refused"] = "no_player"
    out["game_date"] = out["game_date"].fillna(events["event_date"]).fillna(stated).fillna(captured)
    return with_faults(out, faults)


def _repeats(lines: pd.DataFrame) -> pd.Series:
    """Why a row of a repeated key does not land; NULL for the one that does."""
    refused = pd.Series(pd.NA, index=lines.index, dtype=_TEXT)
    repeated = lines.loc[lines.duplicated(_KEY, keep=False)]
    values = ["line", "over_price", "under_price"]
    exact = repeated.duplicated([*_KEY, *values])
    refused.loc[exact[exact].index] = "exact_duplicate"
    ladder = repeated.loc[~exact].copy()
    # A line priced on one side only is a promotion or a gap: never the main line beside a two-sided one.
    ladder["imbalance"] = price_imbalance(ladder["over_price"], ladder["under_price"]).round(9).fillna(2.0)
    group = ladder.groupby(_KEY, dropna=False)
    main = ladder["imbalance"].eq(group["imbalance"].transform("min"))
    undecided = main.groupby([ladder[key] for key in _KEY], dropna=False).transform("sum").gt(1)
    refused.loc[ladder.index[~main]] = "alternate_line"
    refused.loc[ladder.index[undecided]] = "equally_balanced_lines"
    return refused


def _timed(lines: pd.DataFrame, tipoffs: pd.DataFrame) -> pd.DataFrame:
    """Lines with the time from capture to tip-off and on which side of it they lie."""
    timed = lines.merge(
        tipoffs[["game_id", "tipoff_utc", "cutoff_utc"]], on="game_id", validate="many_to_one"
    )
    before = timed["captured_at"].lt(timed["cutoff_utc"]).astype("boolean")
    return timed.assign(
        minutes_to_tipoff=(timed["tipoff_utc"] - timed["captured_at"]).dt.total_seconds() / 60,
        captured_before_tipoff=before.mask(timed["captured_at"].isna()),
    )


def _identified(lines: pd.DataFrame, appearances: pd.DataFrame) -> pd.DataFrame:
    """Lines with the player meant, by what was known before their game date."""
    mentions = lines.rename(columns={"player_name": "name"})[["name", "teams", "game_date"]]
    mentions = mentions.drop_duplicates(ignore_index=True)
    matches = resolve_players_as_of(mentions.assign(mention_id=mentions.index), appearances)
    known = mentions.assign(mention_id=mentions.index).merge(matches, on="mention_id")
    known = known.rename(columns={"name": "player_name"}).drop(columns=["mention_id", "candidates"])
    return lines.merge(known, on=["player_name", "teams", "game_date"], how="left", validate="many_to_one")


def _as_table(lines: pd.DataFrame) -> pd.DataFrame:
    table = lines.sort_values(["game_date", *_KEY], kind="stable", ignore_index=True)[RAW_POINTS_LINE_COLUMNS]
    texts = ["game_id", "player_name", "book", "match_method", "source"]
    return table.astype(dict.fromkeys(texts, _TEXT))


def _refused(located: pd.DataFrame) -> pd.DataFrame:
    """How many rows were refused, by reason, source and the date they were about as far as known."""
    refused = located.loc[located["refused"].notna()].rename(columns={"refused": "reason"})
    counts = counted(refused, ["reason", "source", "game_date"])
    return counts.astype({"reason": _TEXT, "source": _TEXT, "count": "int64"})
