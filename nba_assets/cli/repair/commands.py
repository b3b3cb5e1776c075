"""Commands that find and mend: stale, ledger, landing."""

from __future__ import annotations

from typing import Annotated

import typer

from nba_assets.cli.options import (
    Date,
    Dates,
    Feeds,
    Lake,
    RangeIfAny,
    Reason,
    Source,
    Who,
    settings_of,
    split,
    stored_settings,
)
from nba_assets.cli.repair.lake import (
    prune_events,
    restore,
    sync,
    validate,
    verify,
)
from nba_assets.runs.console import console

landing = typer.Typer(help="What has landed; release a capture, lift a refusal.", no_args_is_help=True)


def stale(
    dates: RangeIfAny = None,
    tables: Annotated[str | None, typer.Option(help="Tables, separated by commas; all by default.")] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Materialize exactly what is listed, in graph order.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Partitions to name per table; 0: all.")] = 20,
    reason: Annotated[
        str, typer.Option(help="With --fix: why to train models in spite of a NO-GO; stored with them.")
    ] = "",
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Partitions whose code or inputs are newer than themselves, and why; with --fix until none is left.

    Exit code 1 means that something is stale; with --fix, that something still is.
    """
    from nba_assets.cli.repair.stale import (
        fix_stale,
        list_stale,
    )

    first, last = dates or (None, None)
    names, settings = split(tables) or None, settings_of(lake, source)
    if fix:
        left = fix_stale(console, settings, first, last, names, limit=limit, override_reason=reason).left
    else:
        left = list_stale(console, settings, first, last, names, limit=limit)
    raise typer.Exit(1 if left else 0)


def heal(
    dates: Dates,
    tables: Annotated[str, typer.Option(help="Tables to blame, separated by commas.")],
    allow_partial: Annotated[
        bool, typer.Option("--allow-partial", help="Let incomplete dates through; needs --reason.")
    ] = False,
    reason: Annotated[
        str,
        typer.Option(
            help="Why to train models in spite of a NO-GO, and with --allow-partial why these dates "
            "may pass; stored with them."
        ),
    ] = "",
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Make dates of a table again, and all that suffered: later dates, models and predictions included.

    Models that were trained for a reason in spite of a NO-GO need it again: --reason. Exit code 1 means that
    a date is blocked or failed.
    """
    from nba_assets.cli.dates import chosen_dates
    from nba_assets.cli.repair.stale import heal as heal_dates
    from nba_assets.runs.report import print_run
    from nba_assets.storage.lake_calendar import lake_calendar
    from nba_assets.storage.object_store import open_store

    if allow_partial and not reason.strip():
        raise typer.BadParameter("--allow-partial needs --reason: say why these dates may pass")
    settings = settings_of(lake, source)
    days = chosen_dates(dates, lake_calendar(open_store(settings.lake)))
    report = heal_dates(settings, days, split(tables), allow_partial=allow_partial, reason=reason)
    print_run(console, report)
    raise typer.Exit(0 if report.success and not report.blocked else 1)


def ledger(dates: RangeIfAny = None, lake: Lake = None) -> None:
    """Make the ledger and its page again from partitions and refusals."""
    from nba_assets.cli.repair.ledger import rebuild

    first, last = dates or (None, None)
    raise typer.Exit(rebuild(console, stored_settings(lake), first, last))


@landing.command("show")
def show(date: Date, feeds: Feeds = None, lake: Lake = None) -> None:
    """What has landed of a date: present, missing, quarantined, refused. Nothing is downloaded.

    Exit code 1 means that something that is due is missing.
    """
    from nba_assets.cli.repair import landing as commands

    raise typer.Exit(commands.show(console, settings_of(lake), date, split(feeds)))


@landing.command("release")
def release(
    capture: Annotated[str, typer.Argument(help="Capture that was set aside in error, by name.")],
    who: Who,
    reason: Reason,
    lake: Lake = None,
) -> None:
    """Make a capture valid again that was set aside in error."""
    from nba_assets.cli.repair import landing as commands

    raise typer.Exit(commands.release(console, settings_of(lake), capture, who, reason))


@landing.command("lift")
def lift(
    refusal: Annotated[str, typer.Argument(help="feed/date/key, or _hosts/publisher.")],
    who: Who,
    reason: Reason,
    lake: Lake = None,
) -> None:
    """Let a refused document or publisher be requested again."""
    from nba_assets.cli.repair import landing as commands

    raise typer.Exit(commands.lift(console, settings_of(lake), refusal, who, reason))


COMMANDS = (stale, heal, ledger, validate, sync, verify, restore, prune_events)
GROUPS = {"landing": landing}
