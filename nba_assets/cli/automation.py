"""Starting, stopping and watching the automations of a running Dagster, all of them with one command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table as Grid

from nba_assets.instance.webserver import Automation, Webserver


def chosen(webserver: Webserver, names: Sequence[str]) -> list[Automation]:
    """Automations by name; all without names.

    Raises:
        ValueError: there is none of a name.
    """
    known = {one.name: one for one in webserver.automations()}
    if unknown := sorted(set(names) - known.keys()):
        raise ValueError(f"no automation {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names or known]


def start(console: Console, webserver: Webserver, names: Sequence[str]) -> None:
    """Start automations that do not run."""
    for one in chosen(webserver, names):
        if not one.running:
            webserver.start(one)
        console.print(f"{'running already' if one.running else 'started'}: {one.name}", markup=False)


def stop(console: Console, webserver: Webserver, names: Sequence[str]) -> None:
    """Stop automations that run."""
    for one in chosen(webserver, names):
        if one.running:
            webserver.stop(one)
        console.print(f"{'stopped' if one.running else 'stopped already'}: {one.name}", markup=False)


def status(console: Console, webserver: Webserver, names: Sequence[str]) -> int:
    """Print each automation with its newest tick and what that said.

    Returns:
        Exit code: 1 when the newest tick of a running automation has failed.
    """
    grid = Grid(
        "automation", "state", "newest tick", "took", "what it did", title=f"automations at {webserver.url}"
    )
    failed = False
    for one in chosen(webserver, names):
        tick = one.tick
        failed |= one.running and tick is not None and tick.status == "FAILURE"
        at = "" if tick is None else f"{dt.datetime.fromtimestamp(tick.at):%H:%M:%S}"
        took = "" if tick is None or tick.seconds is None else f"{tick.seconds:.1f} s"
        did = "" if tick is None else tick.reason or f"asked for {len(tick.runs)} runs"
        grid.add_row(one.name, "running" if one.running else "stopped", at, took, did)
    console.print(grid, markup=False)
    return 1 if failed else 0
