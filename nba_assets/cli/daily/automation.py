"""Commands that start, stop and watch the automations of a running Dagster, by default all of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer
from rich.table import Table as Grid

from nba_assets.cli.options import UI
from nba_assets.instance.webserver import Automation, Webserver
from nba_assets.runs.console import console

automation = typer.Typer(
    help="Start, stop and watch the automations of a running Dagster.", no_args_is_help=True
)
_Names = Annotated[list[str] | None, typer.Argument(help="Automations; all by default.")]
_Url = Annotated[str, typer.Option(help="Address of the Dagster UI.")]


@automation.command()
def start(names: _Names = None, url: _Url = UI) -> None:
    """Start automations, as their switches on the Automation page do."""
    webserver = Webserver(url)
    for one in _chosen(webserver, names):
        if not one.running:
            webserver.start(one)
        console.print(f"{'already running' if one.running else 'started'}: {one.name}")


@automation.command()
def stop(names: _Names = None, url: _Url = UI) -> None:
    """Stop automations."""
    webserver = Webserver(url)
    for one in _chosen(webserver, names):
        if one.running:
            webserver.stop(one)
        console.print(f"{'stopped' if one.running else 'already stopped'}: {one.name}")


@automation.command()
def status(names: _Names = None, url: _Url = UI) -> None:
    """Which automations are running, and the outcome of the newest tick of each.

    The exit code is 1 when the newest tick of a running automation has failed.
    """
    grid = Grid("automation", "state", "newest tick", "took", "outcome", title=f"automations at {url}")
    failed = False
    for one in _chosen(Webserver(url), names):
        state = "running" if one.running else "stopped"
        if (tick := one.tick) is None:
            grid.add_row(one.name, state)
            continue
        failed |= one.running and tick.status == "FAILURE"
        took = "" if tick.seconds is None else f"{tick.seconds:.1f} s"
        did = tick.reason or f"requested {len(tick.runs)} runs"
        grid.add_row(one.name, state, f"{dt.datetime.fromtimestamp(tick.at):%H:%M:%S}", took, did)
    console.print(grid)
    raise typer.Exit(1 if failed else 0)


def _chosen(webserver: Webserver, names: list[str] | None) -> list[Automation]:
    known = {one.name: one for one in webserver.automations()}
    if unknown := sorted(set(names or ()) - known.keys()):
        raise ValueError(f"no automation {', '.join(unknown)}; known: {', '.join(known)}")
    return [known[name] for name in names or known]
