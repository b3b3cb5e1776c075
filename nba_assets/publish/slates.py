"""Slates from the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from nba_assets.modeling.fitting.artefacts import ArtefactStore
from nba_assets.modeling.systems.versions import counting
from nba_assets.publish.contract.slate import (
    Absence,
    Explanation,
    Headline,
    Offer,
    Prediction,
    Slate,
    SlateGame,
    SlatePlayer,
    UnpredictedTeam,
)
from nba_assets.publish.explanations import Explainer
from nba_assets.publish.headline import headlines, is_headline, of_published_systems
from nba_assets.publish.tables import OpenTables, Row, grouped, rows_of

_CONTEXT = (
    "game_id", "player_id", "player_name", "team", "opponent", "is_home", "is_late_addition", "injury_status",
    "points_line", "opening_points_line", "line_captured_at", "line_books", "spread", "game_total",
)  # fmt: skip
_OFFERS = ("captured_at", "game_id", "player_id", "book", "line", "over_price", "under_price",
           "captured_before_tipoff")  # fmt: skip
_KEY = ("game_id", "player_id")
_EXPECTED = (*_KEY, "play_probability", "start_probability", "minutes_q50")
_PREDICTED = (*_KEY, "player_name", "team", "opponent", *Prediction.model_fields)
Key = tuple[str, int]


def build_slates(
    tables: OpenTables,
    dates: Sequence[dt.date],
    models: ArtefactStore | None = None,
    system: str | None = None,
) -> dict[dt.date, Slate]:
    """The slate of each date whose schedule is stored.

    Args:
        tables: where rows are.
        dates: game dates.
        models: where the models are; no prediction is explained without them.
        system: headline system of the dates; the champion by default.

    Raises:
        ValueError: rows that make no valid slate: a player twice, a team without players.
    """
    games = grouped(rows_of(tables.read("raw_schedule", dates)), "game_date")
    known = tables.read("upcoming_player_game_context", dates, _CONTEXT)
    expected = tables.read("expected_minutes", dates, _EXPECTED)[list(_EXPECTED)]
    context = grouped(rows_of(known.merge(expected, on=list(_KEY), how="left")), "game_date")
    stored = counting(tables.read("player_prop_predictions", dates, _PREDICTED))
    heads = headlines(stored, system)
    systems = {date: head.system for date, head in heads.items()}
    shown = of_published_systems(stored, systems)
    predictions = grouped(rows_of(shown), "game_date")
    offers = _offers(tables.read("raw_player_points_lines", dates, _OFFERS))
    why = _explained(tables, shown, systems, models) if models else {}
    return {
        date: _slate(
            date, games[date], context.get(date, []), predictions.get(date, []), heads.get(date), offers, why
        )
        for date in dates
        if date in games
    }


def off_day(date: dt.date, season: str) -> Slate:
    """The slate of a day without games."""
    return Slate(
        game_date=date, season=season, state="off_day", headline=None, games=(), players=(), absences=(),
        unpredicted=(),
    )  # fmt: skip


def _slate(
    date: dt.date,
    games: list[Row],
    context: list[Row],
    predictions: list[Row],
    head: Headline | None,
    offers: dict[Key, tuple[Offer, ...]],
    why: dict[Key, Explanation],
) -> Slate:
    listed = {key: rows[0] for key, rows in grouped(context, *_KEY).items()}
    hosts = {game["game_id"]: game["home_team"] for game in games if not game["is_postponed"]}
    by_player = grouped((row for row in predictions if row["game_id"] in hosts), *_KEY)
    ordered = sorted(games, key=lambda game: (str(game["tipoff_utc"] or "~"), game["game_id"]))
    place = {game["game_id"]: number for number, game in enumerate(ordered)}
    lines = {(row["game_id"], row["team"]): row for row in context}
    players = [
        _player(
            listed.get(key) or _no_longer_listed(rows[0], hosts[key[0]]),
            rows,
            offers.get(key, ()),
            why.get(key),
        )
        for key, rows in by_player.items()
    ]
    head = head if players else None
    absent = [
        Absence.of(row)
        for row in context
        if row["injury_status"] == "Out" and (row["game_id"], row["player_id"]) not in by_player
    ]
    return Slate(
        game_date=date,
        season=games[0]["season"],
        state="predicted" if head else "waiting",
        headline=head,
        games=tuple(_game(game, lines) for game in ordered),
        players=tuple(sorted(players, key=lambda p: (place[p.game_id], p.team, p.player_id))) if head else (),
        absences=tuple(sorted(absent, key=lambda a: (place[a.game_id], a.team, a.player_id))),
        unpredicted=_unpredicted(ordered, players, lines) if head else (),
    )


def _no_longer_listed(prediction: Row, host: str) -> Row:
    """Context of a player who has left the list: a prediction made before tip-off stays."""
    known = {name: prediction[name] for name in (*_KEY, "player_name", "team", "opponent")}
    return dict.fromkeys((*_CONTEXT, *_EXPECTED)) | known | {"is_home": prediction["team"] == host}


def _unpredicted(
    games: list[Row], players: list[SlatePlayer], lines: dict[tuple[str, str], Row]
) -> tuple[UnpredictedTeam, ...]:
    """Teams without a predicted player: on a lake's first dates it is unknown who will play."""
    present = {(player.game_id, player.team) for player in players}
    return tuple(
        UnpredictedTeam(
            game_id=game["game_id"],
            team=game[side],
            reason="nobody predicted" if (game["game_id"], game[side]) in lines else "nobody expected",
        )
        for game in games
        if not game["is_postponed"]
        for side in ("home_team", "away_team")
        if (game["game_id"], game[side]) not in present
    )


def _game(game: Row, lines: dict[tuple[str, str], Row]) -> SlateGame:
    home = lines.get((game["game_id"], game["home_team"]), {})
    return SlateGame.of(game, home_spread=home.get("spread"), game_total=home.get("game_total"))


def _player(
    context: Row, predictions: list[Row], offers: tuple[Offer, ...], explanation: Explanation | None
) -> SlatePlayer:
    return SlatePlayer.of(
        context, offers=offers, predictions=tuple(map(Prediction.of, predictions)), explanation=explanation
    )


def _offers(lines: pd.DataFrame) -> dict[Key, tuple[Offer, ...]]:
    """Each book's last capture before tip-off, by player."""
    usable = lines["captured_before_tipoff"].fillna(False).to_numpy(bool) & lines["player_id"].notna()
    last = lines[usable].sort_values(["captured_at", "line"]).drop_duplicates([*_KEY, "book"], keep="last")
    rows = rows_of(last.sort_values([*_KEY, "book"]))
    return {key: tuple(map(Offer.of, found)) for key, found in grouped(rows, *_KEY).items()}


def _explained(
    tables: OpenTables,
    predictions: pd.DataFrame,
    systems: Mapping[dt.date, str],
    models: ArtefactStore,
) -> dict[Key, Explanation]:
    """Explanations of the headline systems' predictions, by game and player."""
    dates = list(systems)
    made = predictions["predicted_points"].notna() & predictions["model_id"].notna()
    own = predictions.loc[
        (is_headline(predictions, systems) & made).to_numpy(bool),
        [*_KEY, "model_id", "predicted_points", "line"],
    ]
    extended = tables.read("ml_feature_store_v3", dates)
    plain = tables.read("ml_feature_store_v2", sorted({*dates} - set(extended["game_date"].dt.date)))
    explainer = Explainer(models)
    found: dict[Key, Explanation] = {}
    for features in (extended, plain):
        if own.empty or features.empty:
            continue
        for model_id, rows in features.merge(own.astype({"line": "float64"}), on=list(_KEY)).groupby(
            "model_id"
        ):
            made = explainer.explain(str(model_id), rows)
            if made is not None:
                found |= dict(zip(zip(rows["game_id"], rows["player_id"], strict=True), made, strict=True))
    return found
