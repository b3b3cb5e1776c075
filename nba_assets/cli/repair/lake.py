"""Commands about a lake as a whole: sync, verify."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nba_assets.cli.options import Lake, Range, settings_of, stored_settings
from nba_assets.runs.console import console

if TYPE_CHECKING:
    from nba_assets.quality.damage import Damage
    from nba_assets.settings import Settings
    from nba_assets.storage.lake import Lake as StoredLake


def sync(
    again: Annotated[bool, typer.Option("--again", help="Report dates that are known already, too.")] = False,
    lake: Lake = None,
) -> None:
    """Report a lake's partitions to the Dagster instance of DAGSTER_HOME, and wipe those that are gone.

    A new or older instance then shows every partition of the lake with its verdict. Only the UI needs it: all
    other commands ask the lake.
    """
    from nba_assets.automation.sync import LEARNED, REFUSED, WIPED
    from nba_assets.runs.sync import sync as sync_instance

    started = time.monotonic()
    counts = sync_instance(stored_settings(lake), again=again)
    total = Counter[str]()
    for table, found in counts.items():
        total.update(found)
        if any(found.values()):
            console.print(f"{table}: {', '.join(f'{number:,} {kind}' for kind, number in found.items())}")
    console.print(
        f"{total[LEARNED]:,} partitions learned, {total[WIPED]:,} wiped, {total[REFUSED]:,} refused, "
        f"in {time.monotonic() - started:.1f} s"
    )


def prune_events(
    keep_days: Annotated[int, typer.Option(min=1, help="Days of which the logs of runs stay.")] = 30,
) -> None:
    """Remove the logs of old runs from the Dagster instance; which dates are good stays known.

    Run it from time to time: a log of an instance that runs every day grows without end.
    """
    import datetime as dt

    import dagster as dg

    from nba_assets.instance.grouped_events import prune_events
    from nba_assets.instance.home import prepare_home
    from nba_assets.settings import Settings

    prepare_home(Settings())
    with dg.DagsterInstance.get() as instance:
        pruned = prune_events(instance, dt.datetime.now(dt.UTC) - dt.timedelta(days=keep_days))
    console.print(f"logs of {pruned:,} runs removed")


def validate(dates: Range, lake: Lake = None) -> None:
    """Hold a range of dates against every threshold: check, result, thresholds, status and exit code.

    The exit code is 1 when a check fails.
    """
    from rich.table import Table

    from nba_assets.assets.tables import GRAPH
    from nba_assets.cli.dates import chosen_dates
    from nba_assets.quality.gate import Gate
    from nba_assets.quality.ledger import entries
    from nba_assets.quality.range_checks import range_checks, training_checks
    from nba_assets.schemas.catalog import TABLES
    from nba_assets.storage.lake import Lake as StoredLake
    from nba_assets.storage.lake_calendar import lake_calendar
    from nba_assets.storage.object_store import open_store

    opened = StoredLake(open_store(stored_settings(lake).lake))
    days = chosen_dates([dates], lake_calendar(opened.store))
    gate = Gate(opened)
    features, results = (
        TABLES[name].to_pandas(opened.read_undamaged(name, gate.open(name, days), TABLES[name].arrow).table)
        for name in ("ml_feature_store_v2", "player_game_summary")
    )
    checks = [*range_checks(entries(opened, GRAPH, days)), *training_checks(features, results)]
    shown = Table("table", "check", "actual", "expected", "share", "fails below", "warns below", "status")
    for check in checks:
        share = "" if check.share is None else f"{check.share:.2%}"
        warns = check.threshold.warn_below
        shown.add_row(
            check.table,
            check.check,
            f"{check.actual:,.0f}",
            f"{check.expected:,.0f}",
            share,
            f"{check.threshold.fail_below:.0%}",
            "" if warns is None else f"{warns:.0%}",
            check.status,
        )
    console.print(shown)
    counts = Counter(check.status for check in checks)
    code = 1 if counts["FAIL"] else 0
    console.print(f"{', '.join(f'{number} {status}' for status, number in counts.items())}; exit code {code}")
    raise typer.Exit(code)


def restore(
    backup: Annotated[str, typer.Argument(help="A copy of the lake: a folder or gs://bucket/prefix.")],
    lake: Lake = None,
) -> None:
    """Bring a lost lake back: copy what it lacks from a backup, verify everything, and sync the instance.

    What the lake has stays. The exit code is 1 when something in it is damaged.
    """
    from nba_assets.runs.restore import restore as restore_lake

    restored = restore_lake(settings_of(lake), backup)
    _print_damages(restored.damaged)
    console.print(f"{restored.copied:,} objects copied, {restored.kept:,} were in the lake")
    raise typer.Exit(1 if restored.damaged else 0)


def verify(
    published: Annotated[
        bool, typer.Option("--published", help="Also compare every published number with the lake.")
    ] = False,
    lake: Lake = None,
) -> None:
    """Read every object of a lake, and name those that are not as they were written, and what to run again.

    The exit code is 1 when one is damaged, or when what is published differs from the lake.
    """
    from nba_assets.assets.tables import ALL_TABLES
    from nba_assets.quality.damage import damages
    from nba_assets.storage import lake as tables
    from nba_assets.storage.object_store import open_store

    started = time.monotonic()
    settings = stored_settings(lake)
    opened = tables.Lake(open_store(settings.lake))
    names = [table.name for table in ALL_TABLES]
    found = list(damages(opened, names))
    _print_damages(found)
    count = sum(len(opened.dates(name)) for name in names)
    console.print(
        f"{count:,} partitions, {len(found):,} damaged objects, in {time.monotonic() - started:.1f} s"
    )
    differs = published and _print_audit(settings, opened)
    raise typer.Exit(1 if found or differs else 0)


def _print_damages(damages: Sequence[Damage]) -> None:
    for damage in damages:
        console.print(damage.reason, style="red", markup=False, soft_wrap=True)
        if damage.remedy:
            console.print(f"  heal: {damage.remedy}", markup=False, soft_wrap=True)


def _print_audit(settings: Settings, lake: StoredLake) -> bool:
    """Print what is published and not in the lake, or otherwise there; whether anything is."""
    from nba_assets.publish.audit import Auditor
    from nba_assets.publish.publication import Publication
    from nba_assets.publish.tables import OpenTables
    from nba_assets.storage.object_store import open_store

    audit = Auditor(Publication(open_store(settings.published_root)), OpenTables(lake)).audit()
    for violation in audit.violations:
        console.print(violation, style="red", markup=False, soft_wrap=True)
    console.print(
        f"{audit.rows:,} published rows of {audit.dates:,} game dates, {len(audit.violations):,} differences"
    )
    return bool(audit.violations)
