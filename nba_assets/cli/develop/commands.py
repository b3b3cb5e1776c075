"""Commands for developers: bench, bench-api, leak-lab, compare-lakes, dictionary, simulate, simulate-live."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from nba_assets.cli.options import Lake, RangeIfAny, Source, settings_of, stored_settings
from nba_assets.runs.console import console


def bench(
    source: Source = None,
    quick: Annotated[bool, typer.Option("--quick", help="One season in place of five.")] = False,
    models: Annotated[bool, typer.Option("--models", help="The models only, on a lake that exists.")] = False,
    growth: Annotated[
        bool, typer.Option("--growth", help="What a date costs the later it is, of all dates of the source.")
    ] = False,
    lake: Lake = None,
) -> None:
    """Measure the main job from an empty lake: time, memory, rows per second; then the models."""
    from nba_assets.bench.growth import run_growth
    from nba_assets.bench.main_job import run_bench
    from nba_assets.bench.model_bench import print_model_bench

    if models:
        print_model_bench(console, stored_settings(lake))
    elif growth:
        raise typer.Exit(run_growth(console, settings_of(source=source)))
    else:
        raise typer.Exit(run_bench(console, settings_of(source=source), quick=quick))


def bench_api(
    clients: Annotated[int, typer.Option(min=1, help="Clients at once.")] = 50,
    seconds: Annotated[float, typer.Option(min=1, help="How long they go on.")] = 30.0,
    pause: Annotated[
        float, typer.Option(min=0, help="Seconds between an answer and the next request.")
    ] = 0.1,
    lake: Lake = None,
) -> None:
    """Let many clients request published slates at once: waits, errors, CPU; exit code 1 on any error."""
    from nba_assets.bench.api_load import run_api_load

    raise typer.Exit(run_api_load(console, stored_settings(lake), clients, seconds, pause))


def leak_lab(lake: Lake = None) -> None:
    """Plant the known leaks on real data, one at a time: effect on the MAE, and the guard that sees it."""
    from nba_assets.bench.leak_experiments import run_leak_lab

    raise typer.Exit(run_leak_lab(console, stored_settings(lake)))


def compare_lakes(
    one: Annotated[str, typer.Argument(help="A folder or gs://bucket/prefix.")],
    other: Annotated[str, typer.Argument(help="Another one.")],
    dates: RangeIfAny = None,
) -> None:
    """Compare the rows of two lakes by table and date; exit code 1 when some differ."""
    from nba_assets.bench.lake_comparison import print_comparison
    from nba_assets.storage.lake import Lake as StoredLake
    from nba_assets.storage.object_store import open_store

    mine, others = StoredLake(open_store(one)), StoredLake(open_store(other))
    first, last = dates or (dt.date.min, dt.date.max)
    raise typer.Exit(print_comparison(console, mine, others, first, last))


def dictionary(
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("docs/tables.md"),
) -> None:
    """Write the data dictionary from the schemas."""
    from nba_assets.reports.dictionary import dictionary as page

    out.write_text(page())
    console.print(f"wrote {out}")


def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write; empty, or written by simulate before.")],
    seasons: Annotated[int, typer.Option(min=1, max=20, help="Number of seasons, the newest last.")] = 2,
    last: Annotated[str, typer.Option(help="The newest season; one to come has invented dates.")] = "2024-25",
    teams: Annotated[int, typer.Option(min=4, max=30, help="Number of teams.")] = 8,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    dates: Annotated[int | None, typer.Option(min=10, help="Game dates per season; all by default.")] = None,
) -> None:
    """Write a synthetic league in the layout of the archive; its rows are marked as simulated."""
    from nba_assets.simulation.league import simulate as write_league

    summary = write_league(out, seasons=seasons, teams=teams, seed=seed, dates_per_season=dates, last=last)
    console.print(
        f"{summary.games_played:,} games of {summary.teams} teams in {out}; tonight is {summary.tonight}"
    )


def simulate_live(
    folder: Annotated[Path, typer.Option(help="Where all of it is kept.")] = Path(".nba/live"),
    port: Annotated[int, typer.Option(help="Port of the Dagster UI on this machine.")] = 3000,
    league_port: Annotated[int, typer.Option(help="Port of the league; 0 takes a free one.")] = 8765,
    speed: Annotated[float, typer.Option(min=1, help="Seconds of the league in one second of ours.")] = 100.0,
    hours: Annotated[float | None, typer.Option(help="Stop after so many hours of the league.")] = None,
    start: Annotated[bool, typer.Option("--start", help="Start every automation at once.")] = False,
) -> None:
    """Play a simulated league live: its server, the Dagster UI and the daemon, on a lake until yesterday.

    The first time it simulates the league and makes the lake, a minute or two; afterwards it goes on where it
    stopped. The league's clock drives the schedules and sensors. It is stopped until the first of them is
    started, on the Automation page or by `nba-assets automation start`, so that nothing of the day is missed.
    """
    from nba_assets.cli.develop.simulate_live import simulate_live as play

    raise typer.Exit(
        play(console, folder, port=port, league_port=league_port, speed=speed, hours=hours, start=start)
    )


COMMANDS = (bench, bench_api, leak_lab, compare_lakes, dictionary, simulate, simulate_live)
