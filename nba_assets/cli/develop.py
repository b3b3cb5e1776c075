"""Commands for developers: bench, leak-lab, dictionary, simulate, live."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nba_assets.cli.options import Lake, Source, settings_of, stored_settings
from nba_assets.runs.console import console


def bench(
    source: Source = None,
    quick: Annotated[bool, typer.Option("--quick", help="One season in place of five.")] = False,
    models: Annotated[bool, typer.Option("--models", help="The models only, on a lake that exists.")] = False,
    lake: Lake = None,
) -> None:
    """Measure the main job from an empty lake: time, memory, rows per second; then the models."""
    from nba_assets.bench.main_job import run_bench
    from nba_assets.bench.model_bench import print_model_bench

    if models:
        print_model_bench(console, stored_settings(lake))
    else:
        raise typer.Exit(run_bench(console, settings_of(source=source), quick=quick))


def leak_lab(lake: Lake = None) -> None:
    """Plant the known leaks on real data, one at a time: effect on the MAE, and the guard that sees it."""
    from nba_assets.bench.leak_experiments import run_leak_lab

    raise typer.Exit(run_leak_lab(console, stored_settings(lake)))


def dictionary(
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("docs/tables.md"),
) -> None:
    """Write the data dictionary from the schemas."""
    from nba_assets.reports.dictionary import dictionary as page

    out.write_text(page())
    console.print(f"wrote {out}")


def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write; empty, or written by simulate before.")],
    seasons: Annotated[int, typer.Option(min=1, max=5, help="Number of seasons, the newest last.")] = 2,
    teams: Annotated[int, typer.Option(min=4, max=30, help="Number of teams.")] = 8,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    dates: Annotated[int | None, typer.Option(min=10, help="Game dates per season; all by default.")] = None,
) -> None:
    """Write a synthetic league in the layout of the archive; its rows say so and never mix with real ones."""
    from nba_assets.simulation.league import simulate as write_league

    summary = write_league(out, seasons=seasons, teams=teams, seed=seed, dates_per_season=dates)
    console.print(
        f"{summary.games_played:,} games of {summary.teams} teams in {out}; tonight is {summary.tonight}"
    )


def live(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any that is free.")] = 8765,
    speed: Annotated[float, typer.Option(min=1, help="Seconds of the league in one second of ours.")] = 60.0,
    start: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="First moment, New York; ten days before the end."),
    ] = None,
    league: Annotated[
        Path | None, typer.Option(help="Folder of a simulated league. Default: NBA_ARCHIVE_DIR.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop after so long; never by default.")] = None,
) -> None:
    """Play a simulated league live: a local server in the wire formats of the NBA and of the books.

    Its clock is sped up: schedules, injury reports, lines, games and corrections come as on a real day. With
    NBA_SOURCE=simulated-live the platform takes it for the publishers.
    """
    from nba_assets.cli.live import serve
    from nba_assets.settings import Settings

    folder = league or Settings().archive_dir
    raise typer.Exit(serve(console, folder, port=port, speed=speed, start=start, seconds=seconds))


COMMANDS = (bench, leak_lab, dictionary, simulate, live)
