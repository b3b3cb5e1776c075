"""The record of the prediction systems from the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nba_assets.modeling.bootstrap import DateBootstrap
from nba_assets.modeling.evaluation.bets import EDGE_BANDS, bet_returns, edge_band
from nba_assets.modeling.evaluation.calibration_metrics import reliability
from nba_assets.modeling.evaluation.metrics import (
    MARKET_LINE,
    WITH_LINE,
)
from nba_assets.modeling.fitting.distribution import QUANTILE_LEVELS, QUANTILES
from nba_assets.modeling.systems.catalog import (
    SYSTEMS,
    Rule,
)
from nba_assets.modeling.systems.versions import counting
from nba_assets.publish.contract.record import (
    EdgeBucket,
    QuantileLevel,
    Record,
    ReliabilityBin,
    Score,
    SeasonScore,
    System,
    Window,
)
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of
from nba_assets.schemas.purposes import PURPOSES, RULE_PURPOSES

_KEY = ["game_id", "player_id"]
_GRADED = ("game_id", "player_id", "system", "predicted_points", "actual_points", "line")
_SHAPES = ("game_id", "player_id", "system", "predicted_at", "is_pregame", *QUANTILES, "prob_over")
_POPULATIONS = ("all", WITH_LINE)
_LEAST_SHARE = 0.9  # of a season's rows: a system that leaves out more is not compared on identical rows
_BETS = ("game_id", "player_id", "system", "edge", "outcome", "profit", "break_even", "closing_line_value")
_BANDS = {
    edge_band(low, high): (None if np.isinf(low) else low, None if np.isinf(high) else high)
    for low, high in (*EDGE_BANDS, (-np.inf, np.inf))
}  # points
_STRONGEST = "last_10_average"


def build_record(tables: OpenTables, newest: dt.date) -> Record:
    """Who serves and how the graded predictions of every season up to a date have fared."""
    registry = {row["system"]: row for row in rows_of(_newest(tables, "model_registry", newest))}
    performance = grouped(rows_of(_newest(tables, "model_performance", newest)), "system")
    graded = _graded(tables, [date for date in tables.dates("prediction_accuracy") if date <= newest])
    bets = tables.read("bets", [date for date in tables.dates("bets") if date <= newest], _BETS)
    champions = [name for name, row in registry.items() if row["state"] == "champion"]
    return Record(
        game_date=newest,
        champion=champions[0] if champions else None,
        champion_by_hand=bool(champions) and registry[champions[0]]["by_hand"],
        break_even=_number(bets["break_even"].mean()),
        systems=tuple(_system(name, registry.get(name), performance.get(name, [])) for name in SYSTEMS),
        seasons=tuple(_seasons(graded)),
        reliability=tuple(_reliability(graded)),
        quantiles=tuple(_quantiles(graded)),
        edges=tuple(_edges(bets)),
    )


def _newest(tables: OpenTables, table: str, newest: dt.date) -> pd.DataFrame:
    """Rows of a table's newest open date up to a date."""
    dates = tables.open_dates(table, [date for date in tables.dates(table) if date <= newest])
    return tables.read(table, dates[-1:])


def _system(name: str, registered: Row | None, windows: list[Row]) -> System:
    system, entry = SYSTEMS[name], registered or {}
    return System(
        system=name,
        kind=system.kind,
        about={**PURPOSES, **RULE_PURPOSES}[name],
        is_baseline=isinstance(system, Rule) and system.is_baseline,
        state=entry.get("state"),
        since=entry.get("since"),
        model_id=entry.get("model_id"),
        trained_for=entry.get("trained_for"),
        verdict=entry.get("reason"),
        windows=tuple(map(Window.of, windows)),
    )


def _graded(tables: OpenTables, dates: Sequence[dt.date]) -> pd.DataFrame:
    """Graded predictions of players who played, with their distribution, season and number of player-game.

    There are a million of them: their keys are compared as numbers.
    """
    grades = tables.read("prediction_accuracy", dates, _GRADED)
    played = grades[(grades["actual_points"].notna() & grades["predicted_points"].notna()).to_numpy(bool)]
    shapes = counting(tables.read("player_prop_predictions", dates, _SHAPES))
    shapes = shapes[shapes["q50"].notna().to_numpy(bool)]
    games, own, shaped = _numbered(played, shapes)
    found = shapes[[*QUANTILES, "prob_over"]].astype("float64").set_axis(shaped).reindex(own)
    schedule = tables.read("raw_schedule", dates, ("season",)).drop_duplicates("game_date")
    season = played["game_date"].map(schedule.set_index("game_date")["season"].astype("category"))
    return pd.DataFrame(
        {
            "game_date": played["game_date"],
            "season": season,
            "system": played["system"].astype("category"),
            "player_game": games,
            "predicted_points": played["predicted_points"].to_numpy("float64"),
            "actual": played["actual_points"].to_numpy("float64"),
            "line": played["line"].to_numpy("float64"),
        }
    ).join(found.set_axis(played.index))


def _numbered(one: pd.DataFrame, other: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the first frame's player-games, and of the predictions of both: equal where keys are."""
    together = pd.concat([one[[*_KEY, "system"]], other[[*_KEY, "system"]]], ignore_index=True)
    games, players, systems = (pd.factorize(together[name])[0].astype(np.int64) for name in together)
    player_games = games * (players.max(initial=0) + 1) + players
    predictions = player_games * (systems.max(initial=0) + 1) + systems
    return player_games[: len(one)], predictions[: len(one)], predictions[len(one) :]


def _seasons(graded: pd.DataFrame) -> list[SeasonScore]:
    """Errors of every system on identical rows, the newest season first."""
    found: list[SeasonScore] = []
    for season, rows in sorted(
        graded.groupby("season", observed=True), key=lambda item: item[0], reverse=True
    ):
        wide, facts = _side_by_side(rows)
        for population in _POPULATIONS:
            member = facts["line"].notna() | (population != WITH_LINE)
            if member.any():
                points = wide[member].assign(**_line_of(facts[member], population))
                found += _compared(str(season), population, points, facts[member])
    return found


def _side_by_side(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points of the systems that predict nearly all player-games, on those that all of them do, and facts."""
    numbers, first, place = np.unique(rows["player_game"], return_index=True, return_inverse=True)
    systems = rows["system"].cat.remove_unused_categories()
    points = np.full((len(numbers), len(systems.cat.categories)), np.nan)
    points[place, systems.cat.codes] = rows["predicted_points"]
    wide = pd.DataFrame(points, columns=systems.cat.categories)
    wide = wide.loc[:, wide.notna().mean() >= _LEAST_SHARE].dropna()
    facts = rows[["game_date", "actual", "line"]].iloc[first].reset_index(drop=True)
    return wide, facts.loc[wide.index]


def _line_of(facts: pd.DataFrame, population: str) -> dict[str, pd.Series]:
    return {MARKET_LINE: facts["line"]} if population == WITH_LINE else {}


def _compared(season: str, population: str, points: pd.DataFrame, facts: pd.DataFrame) -> list[SeasonScore]:
    """Mean errors, and the paired difference to the line or, without lines, to the last ten games' mean."""
    errors = points.sub(facts["actual"], axis=0)
    drawn = DateBootstrap(facts["game_date"])
    mae = dict(zip(errors.columns, drawn.means(errors.abs().to_numpy()).T, strict=True))
    reference = MARKET_LINE if population == WITH_LINE else _STRONGEST
    scores = [
        SeasonScore(
            season=season,
            population=population,
            system=system,
            rows=len(errors),
            dates=drawn.dates,
            mae=_score(drawn, mae[system]),
            bias=float(errors[system].mean()),
            difference=_score(drawn, mae[system] - mae[reference])
            if reference in mae and system != reference
            else None,
            reference=reference if reference in mae and system != reference else None,
        )
        for system in errors.columns
    ]
    return sorted(scores, key=lambda score: (score.mae.value, score.system))


def _score(drawn: DateBootstrap, values: np.ndarray) -> Score:
    found = drawn.interval(values)
    return Score(**{name: None if np.isnan(value) else value for name, value in found.items()})


def _reliability(graded: pd.DataFrame) -> list[ReliabilityBin]:
    return [
        ReliabilityBin(
            system=str(system),
            bin=row["bin"],
            predicted=row["predicted"],
            observed=row["observed"],
            rows=row["rows"],
        )
        for system, rows in graded[graded["prob_over"].notna()].groupby("system", observed=True)
        for row in reliability(rows).to_dict("records")
    ]


def _quantiles(graded: pd.DataFrame) -> list[QuantileLevel]:
    return [
        QuantileLevel(
            system=str(system),
            level=level,
            observed=float((rows["actual"] <= rows[name]).mean()),
            rows=len(rows),
        )
        for system, rows in graded[graded["q50"].notna()].groupby("system", observed=True)
        for level, name in zip(QUANTILE_LEVELS, QUANTILES, strict=True)
    ]


def _edges(bets: pd.DataFrame) -> list[EdgeBucket]:
    """Bets by the size of the edge, and all of them."""
    return [
        EdgeBucket(
            system=row["system"],
            low=_BANDS[row["edge_band"]][0],
            high=_BANDS[row["edge_band"]][1],
            correct=row["won"],
            wrong=row["lost"],
            pushes=row["pushes"],
            hit_rate=_of(row, "hit_rate"),
            break_even=_number(row["break_even"]),
            profit=_of(row, "profit"),
        )
        for row in bet_returns(bets, ["system", "edge_band"]).to_dict("records")
        if row["won"] + row["lost"]
    ]


def _of(row: dict[Hashable, Any], name: str) -> Score:
    """A value of a row with its interval."""
    ends = {"value": name, "low": f"{name}_low", "high": f"{name}_high"}
    return Score(**{end: _number(row[column]) for end, column in ends.items()})


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
