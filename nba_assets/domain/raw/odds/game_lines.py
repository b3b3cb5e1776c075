"""Spread, total and moneyline of a game, landed and as of tip-off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nba_assets.calendar.tipoffs import (
    eastern_date,
    game_cutoffs,
)
from nba_assets.domain.raw.event_games import games_of_events
from nba_assets.domain.raw.moments import wall_clock_days
from nba_assets.domain.raw.odds.odds_prices import implied_probability
from nba_assets.domain.raw.readings import (
    FAULT_COLUMNS,
    REMARK,
    ROW,
    Remark,
    counted,
    readings,
    with_faults,
)

RAW_GAME_LINE_COLUMNS = [
    "game_date", "captured_at", "game_id", "book", "market", "home_price", "away_price", "point", "source",
]  # fmt: skip
CLOSING = "closing"
CAPTURE_SPAN = pd.Timedelta(minutes=15)

# Final margins spread around the closing spread with a standard deviation of 12 to 13 points.
MARGIN_STD = 12.5
# Points between the spread and the one its moneyline implies: 95 % of the archive's events are within 2.8.
MOST_DISAGREEMENT = 3.0
PRICE_SUM = (0.98, 1.15)
SUREST_PREGAME = 0.985

_TEXT = pd.StringDtype("pyarrow")
_MARKETS = {
    "spread": ("home_spread_price", "away_spread_price", "spread_point"),
    "total": ("total_over_price", "total_under_price", "total_point"),
    "moneyline": ("home_ml", "away_ml", None),
}
_NUMBERS = [name for names in _MARKETS.values() for name in names if name]


def game_lines_from_archive(rows: pd.DataFrame, schedule: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land the archive's consensus lines, three markets an event; each one lands or is counted as refused.

    In: rows in the columns of ``odds/game_closing_lines.parquet``; schedule as in ``tipoffs.game_cutoffs``.
    Out: (raw_game_lines with book 'closing', captured_at NULL, source 'archive'; prices American, point =
    home handicap or total points), refused (reason*, market* (NULL = the whole event), game_date*, count)).

    The file has no capture time and calls its lines closing, but some were taken during the game (Boston
    laying 30.5 at Golden State on 2025-01-20; they won by 40). Refused on evidence in the row itself, never
    the result: in_play_commence_time (feeds replace the scheduled time, a multiple of five minutes, by the
    actual one once the game is on), in_play_prices (a side surer than any pre-game favourite),
    moneyline_contradicts_spread (an average over moments of different game states). Also refused:
    no_such_game_on_date, home_and_away_swapped, superseded_event (of two events of a game the one with
    the later start wins: the other is a placeholder), market_not_quoted, unreadable_FIELD (a time or team
    name that is none, with the first value). An unreadable number is NULL, is counted with a remark, and
    costs its market alone.
    """
    rows = rows.reset_index(drop=True)
    wall_days = wall_clock_days(rows["commence_time"])
    rows, faults = readings(
        rows,
        captures=["commence_time"],
        numbers=_NUMBERS,
        teams=["home_team", "away_team"],
    )
    commence = rows["commence_time"]
    days = wall_days.fillna(eastern_date(commence))
    found = _games(rows, days, wall_days.notna(), schedule)
    dates = found["game_date"].fillna(days)
    table = rows.drop(columns=["home_team", "away_team"]).join(found[["game_id", "swapped", "refused"]])
    of_market = faults["field"].isin(_NUMBERS)
    table = with_faults(table.assign(game_date=dates, commence=commence), faults[~of_market])
    table["refused"] = table["refused"].fillna(_in_play(table))
    table = table.sort_values(["game_id", "commence", "event_id"], kind="stable")
    superseded = table["refused"].isna() & table.loc[table["refused"].isna()].duplicated(
        "game_id", keep="last"
    )
    table.loc[superseded.fillna(False), "refused"] = "superseded_event"
    landed = _markets(table.loc[table["refused"].isna()])
    quoted = landed["point"].notna() | landed["market"].eq("moneyline") & landed["home_price"].notna()
    lines = landed.loc[quoted].sort_values(["game_date", "game_id", "market"], ignore_index=True)
    kept = table.index[table["refused"].isna()].intersection(faults.index[of_market])
    without = table.drop(columns=FAULT_COLUMNS).join(faults.loc[kept], how="inner")
    return lines[RAW_GAME_LINE_COLUMNS], _refused(table, landed.loc[~quoted], without)


def _games(rows: pd.DataFrame, days: pd.Series, unplaced: pd.Series, schedule: pd.DataFrame) -> pd.DataFrame:
    """Games of events, as ``games_of_events`` has them.

    An evening is the next day by the clock of UTC: a day of an unknown clock means the one game of these
    teams on it or on the day before.
    """
    events = pd.DataFrame(
        {"home_name": rows["home_team"], "away_name": rows["away_team"], "event_date": days}
    )
    found = games_of_events(events, schedule)
    if not unplaced.any():
        return found
    evenings = events.assign(event_date=days - pd.Timedelta(days=1))[unplaced]
    before = games_of_events(evenings, schedule).dropna(subset="game_id")
    both = before.index[found.loc[before.index, "game_id"].notna()]
    alone = before.drop(index=both)
    found.loc[alone.index, alone.columns] = alone
    found.loc[both, ["game_id", "refused"]] = [None, "two_games_fit"]
    return found


def game_lines_as_of(lines: pd.DataFrame, schedule: pd.DataFrame) -> pd.DataFrame:
    """Last spread and total of each game before tip-off.

    In: raw_game_lines; schedule as in ``tipoffs.game_cutoffs``. Out: game_id*, spread (home handicap),
    game_total, home_implied_total, away_implied_total (points; NULL without the line), sorted.

    A consensus without a capture time counts if its book is 'closing': a closing line is by definition the
    last one before tip-off, and what contradicts that was refused when it landed. Where a game has one, it
    is used; else the median over books of the last capture (fifteen minutes) before tip-off, or before 18:00
    US Eastern where no tip-off is known. home_implied_total = total / 2 - spread / 2; away plus.
    """
    points = lines.loc[lines["point"].notna(), ["game_id", "market", "book", "captured_at", "point"]]
    points = points.merge(game_cutoffs(schedule)[["game_id", "cutoff_utc"]], on="game_id")
    closing = points["book"].eq(CLOSING) & points["captured_at"].isna()
    kept = points.loc[closing | points["captured_at"].lt(points["cutoff_utc"])]
    # A closing line is dated at the cutoff itself: later than any capture, and far from all of them in span.
    moment = kept["captured_at"].fillna(kept["cutoff_utc"] + CAPTURE_SPAN)
    kept = kept.assign(moment=moment).sort_values(
        ["game_id", "market", "book", "moment", "point"], kind="stable"
    )
    newest = kept.groupby(["game_id", "market"])["moment"].transform("max")
    last = kept.loc[kept["moment"] >= newest - CAPTURE_SPAN]
    last = last.drop_duplicates(["game_id", "market", "book"], keep="last")
    last = last.loc[last["market"].isin(["spread", "total"])]
    middle = last.pivot_table(index="game_id", columns="market", values="point", aggfunc="median")
    middle = middle.reindex(columns=["spread", "total"])
    out = pd.DataFrame({"spread": middle["spread"], "game_total": middle["total"]}).rename_axis(columns=None)
    out["home_implied_total"] = out["game_total"] / 2 - out["spread"] / 2
    out["away_implied_total"] = out["game_total"] / 2 + out["spread"] / 2
    return out.dropna(how="all").reset_index()


def _in_play(table: pd.DataFrame) -> pd.Series:
    """Why an event's lines cannot be pre-game; NULL where nothing speaks against it."""
    refused = pd.Series(pd.NA, index=table.index, dtype=_TEXT)
    home, away = implied_probability(table["home_ml"]), implied_probability(table["away_ml"])
    both = home + away
    # 1.702 makes the logistic curve follow the normal one within a hundredth.
    by_moneyline = -MARGIN_STD * (home / away).map(np.log) / 1.702
    contradicts = (by_moneyline - table["spread_point"]).abs().gt(MOST_DISAGREEMENT)
    contradicts |= both.notna() & ~both.between(*PRICE_SUM)
    refused[contradicts] = "moneyline_contradicts_spread"
    refused[home.where(home > away, away).gt(SUREST_PREGAME)] = "in_play_prices"
    refused[table["commence"].dt.floor("5min").ne(table["commence"])] = "in_play_commence_time"
    return refused


def _markets(events: pd.DataFrame) -> pd.DataFrame:
    """Events as one row per market, seen from the schedule's home team."""
    swapped = events["swapped"].astype("bool")
    parts = []
    for market, (home, away, point) in _MARKETS.items():
        turn = swapped & (market != "total")
        value = events[point].astype("float64") if point else pd.Series(np.nan, index=events.index)
        part = events[["game_date", "game_id"]].assign(
            market=market,
            home_price=events[home].astype("float64").mask(turn, events[away]),
            away_price=events[away].astype("float64").mask(turn, events[home]),
            point=value.mask(turn, -value),
        )
        parts.append(part)
    out = pd.concat(parts, ignore_index=True).assign(book=CLOSING, source="archive")
    out["captured_at"] = pd.Series(pd.NaT, index=out.index, dtype="datetime64[ns, UTC]")
    return out.astype(dict.fromkeys(["game_id", "book", "market", "source"], _TEXT))


def _refused(events: pd.DataFrame, unquoted: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Counts of refused events, of markets that are not quoted, and of events kept without a number."""
    whole = events.loc[events["refused"].notna()]
    parts = [
        whole.assign(reason=whole["refused"], market=None, **{ROW: whole.index}),
        unquoted.assign(reason="market_not_quoted"),
        without.assign(
            reason=without["field"], market=None, **{ROW: without.index, REMARK: Remark.WITHOUT_IT}
        ),
    ]
    types = dict.fromkeys(["reason", "market", *FAULT_COLUMNS, REMARK], _TEXT) | {ROW: "Int64"}
    every = pd.concat([part.reindex(columns=[*types, "game_date"]).astype(types) for part in parts])
    return counted(every, ["reason", "market", "game_date", REMARK])
