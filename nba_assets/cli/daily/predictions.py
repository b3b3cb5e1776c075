"""A slate in the terminal: the document that is published too."""

from __future__ import annotations

import datetime as dt
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nba_assets.domain.raw.player_names import name_contains
from nba_assets.publish.contract.slate import Prediction, Slate, SlateGame, SlatePlayer
from nba_assets.publish.site import text
from nba_assets.publish.slates import build_slates
from nba_assets.publish.tables import OpenTables
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store

_REASONS = 3
_SIDES = {"OVER": ("over", "green"), "UNDER": ("under", "yellow"), "PASS": ("pass", "dim")}


def print_predictions(
    console: Console,
    settings: Settings,
    date: dt.date | None,
    player: str | None,
    system: str | None,
    *,
    as_json: bool,
) -> int:
    """Print a slate, game by game.

    Args:
        console: where to.
        settings: where the lake is.
        date: game date; the newest one predicted by default.
        player: only players whose name contains this.
        system: system to show; the champion by default.
        as_json: print the published document in place of tables.

    Returns:
        Exit code: 1 if nothing is predicted, or no player matches.
    """
    tables = OpenTables(Lake(open_store(settings.lake)))
    chosen = date or _newest(tables)
    store = open_store(f"{settings.lake.rstrip('/')}/models")
    slate = build_slates(tables, [chosen], store, system).get(chosen)
    if slate is None:
        console.print(f"{chosen}: no games in the schedule", markup=False)
        return 1
    if player is not None:
        slate = slate.model_copy(
            update={"players": tuple(p for p in slate.players if name_contains(p.player_name, player))}
        )
    if as_json:
        sys.stdout.write(slate.model_dump_json(indent=1) + "\n")
    else:
        _print_slate(console, slate)
    return 0 if slate.players else 1


def _newest(tables: OpenTables) -> dt.date:
    dates = tables.dates("player_prop_predictions") or tables.dates("raw_schedule")
    if not dates:
        raise ValueError(f"{tables.lake.store.root} holds no date yet: nba-assets backfill")
    return dates[-1]


def _print_slate(console: Console, slate: Slate) -> None:
    head = slate.headline
    console.print(Text(text.day(slate.game_date), style="bold"))
    if head is None:
        console.print("not predicted yet: nba-assets backfill" if slate.games else "no games")
        return
    served = "serves" if head.role == "champion" else f"is a {head.role}: no system has earned to serve"
    console.print(Text(f"{head.system} {served}; {_versions(slate)}"))
    for game in slate.games:
        players = [p for p in slate.players if p.game_id == game.game_id]
        if players:
            _print_game(console, game, players, head.system)
    for absence in slate.absences:
        console.print(Text(f"out: {absence.player_name}, {absence.team}", style="dim"))
    for team in slate.unpredicted:
        console.print(Text(f"{team.team}: {team.reason}", style="dim"))


def _versions(slate: Slate) -> str:
    """Which models made the numbers, and when."""
    system = slate.headline.system if slate.headline else ""
    rows = [found for player in slate.players if (found := player.by(system))]
    models = sorted({f"{p.model_id}, trained through {p.model_trained_through}" for p in rows if p.model_id})
    moments = [p.predicted_at for p in rows if p.predicted_at]
    when = f"predicted {age(max(moments))} ago" if moments else "predicted afterwards, in a backfill"
    return "; ".join([*models, when])


def age(moment: dt.datetime) -> str:
    """How long ago a moment was."""
    minutes = int((dt.datetime.now(dt.UTC) - moment).total_seconds() // 60)
    if minutes < 120:
        return text.count(minutes, "minute")
    return text.count(minutes // 60, "hour") if minutes < 48 * 60 else text.count(minutes // 1440, "day")


def _print_game(console: Console, game: SlateGame, players: list[SlatePlayer], system: str) -> None:
    spread = "" if game.home_spread is None else f", {game.home_team} {text.signed(game.home_spread)}"
    total = "" if game.game_total is None else f", total {game.game_total:g}"
    title = f"{game.away_team} at {game.home_team}, {text.clock(game.tipoff_utc)}{spread}{total}"
    table = Table(title=Text(title), title_justify="left", title_style="bold")
    for name in ("player", "team"):
        table.add_column(name, no_wrap=True)
    for name in ("plays", "points", "80 %", "line", "edge", "over"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("pick", "because"):
        table.add_column(name)
    rows = [(player, found) for player in players if (found := player.by(system))]
    for player, prediction in sorted(rows, key=lambda row: -(row[1].predicted_points or -1.0)):
        table.add_row(*_cells(player, prediction))
    console.print(table)


def _cells(player: SlatePlayer, prediction: Prediction) -> list[Text]:
    low, high = (text.points(end, 0) for end in (prediction.low_80, prediction.high_80))
    interval = "" if prediction.low_80 is None else f"{low} to {high}"
    side, style = _SIDES.get(prediction.recommendation or "", ("no line", "dim"))
    doubt = f" ({player.injury_status})" if player.injury_status in ("Doubtful", "Questionable") else ""
    values = [
        player.player_name + doubt,
        player.team,
        text.percent(player.play_probability),
        text.points(prediction.predicted_points),
        interval,
        text.line(prediction.line),
        text.signed(prediction.edge),
        text.percent(prediction.prob_over),
    ]
    return [*map(Text, values), Text(side, style=style), Text(_because(player, prediction))]


def _because(player: SlatePlayer, prediction: Prediction) -> str:
    if prediction.reason:
        return prediction.reason
    why = player.explanation
    if why is None:
        return ""
    largest = why.contributions[:_REASONS]
    return ", ".join(f"{text.plain(each.feature)} {text.signed(each.adds)}" for each in largest)
