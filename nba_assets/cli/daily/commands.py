"""Commands of every day, from predictions and status to backfill, publish, serve, fetch and demo."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, cast

import typer

from nba_assets.cli.daily.automation import automation
from nba_assets.cli.dates import chosen_dates
from nba_assets.cli.options import (
    UI,
    DateIfAny,
    Dates,
    Feeds,
    Lake,
    Range,
    RangeIfAny,
    Reason,
    Source,
    Tables,
    settings_of,
    split,
    stored_settings,
)
from nba_assets.runs.console import console

if TYPE_CHECKING:
    from nba_assets.settings import Settings


def predictions(
    date: DateIfAny = None,
    player: Annotated[str | None, typer.Option(help="Only players whose name contains this.")] = None,
    system: Annotated[
        str | None, typer.Option(help="System to show; the one that serves by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The slate as it is published.")] = False,
    lake: Lake = None,
) -> None:
    """Tonight's predictions, game by game: points, 80 % interval, line, edge, probability, pick, and why.

    Exit code 1 means that nothing is predicted, or that no player matches.
    """
    from nba_assets.cli.daily.predictions import print_predictions

    settings, day = stored_settings(lake), cast("dt.date | None", date)
    raise typer.Exit(print_predictions(console, settings, day, player, system, as_json=as_json))


def status(lake: Lake = None) -> None:
    """What is fresh, red, waiting, served and published; of a live source, red feeds and the month's credits.

    Exit code 1 means that a recent date is red or waits for predictions, or that a feed is red.
    """
    from nba_assets.cli.daily.status import print_status

    raise typer.Exit(print_status(console, stored_settings(lake)))


def publish(dates: RangeIfAny = None, lake: Lake = None) -> None:
    """Publish dates (the newest by default) as JSON and as pages that need no server; print their address.

    Exit code 1 means that a date is not published.
    """
    from nba_assets.cli.daily.publish import (
        publish_dates,
        publish_newest,
    )

    settings = stored_settings(lake)
    done = publish_dates(console, settings, dates) if dates else publish_newest(console, settings)
    raise typer.Exit(0 if done else 1)


def serve(
    host: Annotated[
        str, typer.Option(help="Address; any but this machine's own needs NBA_API_TOKEN.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port.")] = 8900,
    lake: Lake = None,
) -> None:
    """Serve what is published over HTTP, read-only: /health, /v1/slates/DATE, /v1/players/ID, /docs."""
    from nba_assets.cli.daily.serve import serve as run_server

    run_server(console, stored_settings(lake), host, port)


def backfill(
    dates: Dates,
    tables: Tables = None,
    allow_partial: Annotated[
        bool, typer.Option("--allow-partial", help="Let incomplete dates through the gate; needs --reason.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Materialize only what is missing, failed, blocked or stale.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only what is missing, failed or blocked.")
    ] = False,
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be read, written and blocked; write nothing.")
    ] = False,
    runs: Annotated[
        int, typer.Option("--spread", min=0, help="Ranges made at a time, as runs of the Dagster at --url.")
    ] = 0,
    url: Annotated[str, typer.Option(help="With --spread: address of the Dagster UI.")] = UI,
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Materialize tables on game dates; blocked dates are left out and named, the others go on.

    The ledger of these dates is written with them. --dry-run shows the plan, with an estimate of the time
    from past runs. --spread makes the graph level by level, each in ranges side by side, on whatever the
    instance launches runs with. Exit code 1 means that a date is blocked or failed, or would be blocked.
    """
    from nba_assets.cli.repair.stale import due_dates
    from nba_assets.cli.repair.stale import resume as materialize_due
    from nba_assets.runs.materialize import materialize
    from nba_assets.runs.report import print_run
    from nba_assets.runs.selection import chosen_tables
    from nba_assets.storage.lake_calendar import lake_calendar
    from nba_assets.storage.object_store import open_store

    if (resume or failed) and allow_partial:
        raise typer.BadParameter("--resume and --failed let nothing through: use --allow-partial alone")
    if resume and failed:
        raise typer.BadParameter("--resume includes what --failed retries: use one of them")
    if allow_partial != bool(reason.strip()):
        raise typer.BadParameter("--allow-partial and --reason go together: say why these dates may pass")
    if runs and (resume or failed or allow_partial or dry_run):
        raise typer.BadParameter("--spread makes all of the dates: it goes with --tables alone")
    chosen = chosen_tables(tables) if tables else None
    progress = sys.stderr.isatty() or sys.stdout.isatty()
    settings = settings_of(lake, source)
    days = chosen_dates(dates, lake_calendar(open_store(settings.lake)))
    if runs:
        from nba_assets.cli.daily.spread import spread_dates

        raise typer.Exit(0 if spread_dates(console, settings, days, chosen, runs, url) else 1)
    if dry_run:
        from nba_assets.runs.dry_run import plan_backfill, print_plan

        due = due_dates(settings, days, chosen, resume=resume, failed_only=failed)
        plans = plan_backfill(settings, due, allow_partial=allow_partial)
        print_plan(console, plans)
        raise typer.Exit(1 if any(plan.blocked for plan in plans) else 0)
    if resume or failed:
        report = materialize_due(settings, days, chosen, progress=progress, failed_only=failed)
    else:
        report = materialize(
            settings, days[0], days[-1], chosen, progress=progress, allow_partial=reason, only=days
        )
    print_run(console, report)
    raise typer.Exit(0 if report.success and not report.blocked else 1)


def explain(
    dates: Range,
    table: Annotated[str | None, typer.Option(help="One table; all by default.")] = None,
    lake: Lake = None,
) -> None:
    """Why dates are red: expected and actual counts, root cause, and the command that repairs them."""
    from nba_assets.cli.daily.explain import print_explanation

    print_explanation(console, stored_settings(lake), dates, table)


def fetch(
    dates: Range,
    feeds: Feeds = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Request only what has not landed, as for a range.")
    ] = False,
    lake: Lake = None,
) -> None:
    """Fetch the documents of game dates into the landing zone; tables are made by other commands.

    A document that is not published yet is waited for, one that is refused for good is not requested again
    until `landing lift`, and one that cannot be read is set aside with the reason. For one date every
    document is requested, so that corrections are seen. A range requests only what has not landed, at the
    publishers' pace for many games: started again, it goes on where it stopped. Exit code 1 means that a
    date failed.
    """
    from nba_assets.cli.repair import landing as commands

    settings, names = settings_of(lake), split(feeds)
    if dates.first == dates.last and not resume:
        raise typer.Exit(commands.fetch(console, settings, dates.first, names))
    raise typer.Exit(commands.fetch_range(console, settings, dates.first, dates.last, names))


def feeds(lake: Lake = None) -> None:
    """State of each feed, and the remaining credits of the month; exit code 1 when one is red."""
    from nba_assets.cli.daily.feeds import print_feeds

    raise typer.Exit(print_feeds(console, settings_of(lake)))


def history(
    dates: RangeIfAny = None,
    from_publishers: Annotated[
        bool, typer.Option("--from-publishers", help="Real games from public endpoints, landed first.")
    ] = False,
    seasons: Annotated[
        str, typer.Option(help="With --from-publishers: 2021-22..2024-25, or one season.")
    ] = "",
    seasons_only: Annotated[
        bool, typer.Option("--seasons-only", help="With --from-publishers: no events and reports, in hours.")
    ] = False,
    known_answers: Annotated[
        bool, typer.Option("--known-answers", help="Also compare the lake with facts of five known seasons.")
    ] = False,
    lake: Lake = None,
    source: Source = None,
) -> None:
    """The main job: every table of the source, every model month by month, then the last slate.

    Without an archive, --from-publishers builds a lake of real games from what publishers serve to everybody:
    schedules, box scores and shots of whole seasons within minutes, then tables, models and predictions,
    then events and injury reports at the publishers' pace. Started again, it goes on where it stopped.
    """
    if from_publishers:
        from nba_assets.cli.daily.publishers import (
            build_from_publishers,
            seasons_between,
        )

        chosen = seasons_between(seasons)
        raise typer.Exit(build_from_publishers(console, settings_of(lake), chosen, events=not seasons_only))
    from nba_assets.bench.report import print_facts
    from nba_assets.cli.daily.publish import publish_newest
    from nba_assets.runs.materialize import materialize
    from nba_assets.runs.report import print_run, print_served

    settings = settings_of(lake, source)
    first, last = dates or _known_span(settings)
    report = materialize(settings, first, last)
    print_run(console, report)
    if known_answers:
        print_facts(console, settings)
    print_served(console, settings, report.dates[-1])
    published = publish_newest(console, settings)
    raise typer.Exit(0 if report.success and published else 1)


def demo(lake: Lake = None, source: Source = None) -> None:
    """Simulate a small league if there is none, run everything over it, and show tonight's predictions."""
    from nba_assets.cli.daily.demo import run_demo

    raise typer.Exit(run_demo(console, settings_of(lake, source)))


def _known_span(settings: Settings) -> tuple[dt.date, dt.date]:
    """First and last game date of the source."""
    from nba_assets.assets.resources import source_resource

    dates = [date for days in source_resource(settings).source().seasons().values() for date in days]
    if not dates:
        raise ValueError("the source has no schedule")
    return min(dates), max(dates)


def ui(
    port: Annotated[int, typer.Option(help="Port of the webserver.")] = 3000,
    host: Annotated[str, typer.Option(help="Address at which it listens.")] = "127.0.0.1",
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Open the Dagster UI, with its daemon, over the lake; interrupt to stop."""
    import os

    from nba_assets.instance.dagster_dev import command, environment
    from nba_assets.instance.home import prepare_home

    settings = settings_of(lake, source)
    arguments, variables = command(host, port), environment(settings)
    os.chdir(prepare_home(settings))
    os.execve(arguments[0], arguments, variables)  # noqa: S606 - our own interpreter


COMMANDS = (predictions, status, ui, backfill, publish, serve, explain, fetch, feeds, history, demo)
GROUPS = {"automation": automation}
