"""The command line: the commands of the four groups in one program."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from nba_assets.cli.daily import commands as daily
from nba_assets.cli.develop import (
    calendar,
)
from nba_assets.cli.develop import (
    commands as develop,
)
from nba_assets.cli.models import commands as models
from nba_assets.cli.repair import commands as repair
from nba_assets.runs.console import errors

app = typer.Typer(
    help="Predicts NBA player points, and proves it: run tables over dates, explain a red one, score models.",
    epilog="Exit codes: 0 done, 1 done but something is missing, blocked or stale, 2 wrong usage or input.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nba-assets {version('nba-assets')}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that come before a command; ``main`` reads --debug itself."""


for _name, _group in (("Daily", daily), ("Repair", repair), ("Models", models), ("Develop", develop)):
    for _command in _group.COMMANDS:
        app.command(rich_help_panel=_name)(_command)
for _panel, _groups in (("Daily", daily.GROUPS), ("Repair", repair.GROUPS)):
    for _name, _group in _groups.items():
        app.add_typer(_group, name=_name, rich_help_panel=_panel)
app.add_typer(calendar.app, name="calendar", rich_help_panel="Develop")


def main() -> None:
    """Run the console script: an error of usage or input is one line on stderr, and exit code 2."""
    from nba_assets.tabular.problems import BadInput

    try:
        app()
    except (BadInput, ValueError) as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        errors.print(str(error), style="red", soft_wrap=True)
        sys.exit(2)
