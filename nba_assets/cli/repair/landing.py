"""Commands of the landing zone: fetch dates, show what has landed, release a capture, lift a refusal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table as Grid

from nba_assets.automation.fetching import FETCH_JOB, STAGES, WRONG, fetch_config, words
from nba_assets.definitions import build_defs
from nba_assets.instance.home import prepare_home
from nba_assets.runs.materialize import (
    QUIET,
    partitions_between,
)
from nba_assets.settings import Settings
from nba_assets.sources.feeds.catalog import FEEDS
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import (
    USUAL,
    Slate,
    known_feeds,
)
from nba_assets.sources.landing.documents import BY_PARSER, REASON, capture_of
from nba_assets.storage.lake_calendar import lake_calendar
from nba_assets.storage.object_store import open_store


@dataclass(frozen=True)
class FetchedDate:
    """What became of a date.

    Attributes:
        success: every publisher could be reached.
        counts: documents by result.
        lines: messages about single documents.
        errors: messages about publishers that could not be reached.
    """

    success: bool
    counts: Counter[str]
    lines: list[str]
    errors: list[str]

    @property
    def summary(self) -> str:
        """Documents by result, in a line."""
        return ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items())) or "nothing wanted"

    @property
    def failed(self) -> bool:
        """Whether a publisher could not be reached, or a document is wrong."""
        return not self.success or any(self.counts[result.value] for result in WRONG)


def fetch(console: Console, settings: Settings, date: dt.date, feeds: Sequence[str]) -> int:
    """Run the fetch job on a date and print what became of each document.

    Returns:
        Exit code: 0 unless a publisher could not be reached.

    Raises:
        ValueError: no game date, or no such feed.
    """
    config = fetch_config(feeds or USUAL)
    if not partitions_between(settings, date, date):
        raise ValueError(f"{date} is no game date: a summer's day, a day off, or a day to come")
    job = build_defs(settings).get_job_def(FETCH_JOB)
    with dg.DagsterInstance.get() as instance:
        fetched = fetch_date(job, instance, date, config)
    for line in fetched.lines:
        _print_line(console, line)
    for line in fetched.errors:
        _print_line(console, line, style="red")
    _print_line(console, fetched.summary)
    return 0 if fetched.success else 1


def fetch_range(
    console: Console, settings: Settings, first: dt.date, last: dt.date, feeds: Sequence[str]
) -> int:
    """Fetch what has not landed of the game dates of a range, at the publishers' pace for many games.

    A date that fails is named and the others go on. Run again, it continues where it stopped: what has
    landed is not requested, what failed is.

    Returns:
        Exit code: 1 when a date failed.

    Raises:
        ValueError: no game date in the range, or no such feed.
    """
    dates = lake_calendar(open_store(settings.lake)).possible(first, last)
    if not dates:
        raise ValueError(f"no game date from {first} to {last}")
    chosen = known_feeds(feeds) or USUAL
    config = fetch_config(chosen, bulk=len(dates) > 1, resume=True)
    prepare_home(settings)
    job, desk = build_defs(settings).get_job_def(FETCH_JOB), FetchDesk(settings)
    failed: list[dt.date] = []
    with dg.DagsterInstance.get() as instance:
        for number, date in enumerate(dates, 1):
            place = f"{date} ({number} of {len(dates)})"
            if desk.complete(date, chosen):
                _print_line(console, f"{place}: already landed")
                continue
            if not partitions_between(settings, date, date):  # known once the schedule of its season is there
                _print_line(console, f"{place}: no game")
                continue
            fetched = fetch_date(job, instance, date, config)
            _print_line(console, f"{place}: {fetched.summary}")
            wrong = [line for line in fetched.lines if line.startswith(WRONG)]
            for line in (*wrong, *fetched.errors):
                _print_line(console, f"  {line}", style="red")
            if fetched.failed:
                failed.append(date)
    if failed:
        named = ", ".join(map(str, failed))
        _print_line(console, f"failed; the same command tries again: {named}", style="red")
    return 1 if failed else 0


def fetch_date(
    job: dg.JobDefinition, instance: dg.DagsterInstance, date: dt.date, config: Any
) -> FetchedDate:
    """Run the fetch job on a date."""
    result = job.execute_in_process(
        instance=instance,
        partition_key=date.isoformat(),
        run_config=config | QUIET,
        raise_on_error=False,
    )
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for event in result.all_events:
        if event.is_successful_output:
            for name, value in event.step_output_data.metadata.items():
                if name == "documents":
                    lines += value.data  # type: ignore[attr-defined]
                else:
                    counts[name] += int(value.value)  # type: ignore[arg-type]
    errors: list[str] = []
    for event in result.filter_events(lambda event: event.is_step_failure):
        error = event.step_failure_data.error
        why = (error.cause or error).message.strip() if error else "failed"
        errors.append(f"{event.step_key}: {why}")
    return FetchedDate(result.success, counts, lines, errors)


def _print_line(console: Console, line: str, style: str | None = None) -> None:
    console.print(line, style=style, soft_wrap=True)


def show(console: Console, settings: Settings, date: dt.date, feeds: Sequence[str]) -> int:
    """Print what has landed of a date, by feed, without downloading anything.

    Returns:
        Exit code: 1 when something that is due is missing.
    """
    desk = FetchDesk(settings)
    landing, source = desk.landing(), desk.source()
    slate = Slate(source, date, desk.now(), known_feeds(feeds) or USUAL)
    expected = slate.expected()
    grid = Grid(
        "feed", "present", "newest (UTC)", "missing", "quarantined", "refused", title=f"landed of {date}"
    )
    lacking = 0
    for feed in (name for name in FEEDS if name in expected):
        place = slate.place(feed)
        account = landing.account(feed, place, expected[feed])
        newest = max((c.captured_at for c in account.present.values()), default=None)
        lacking += len(account.missing)
        grid.add_row(
            feed, str(len(account.present)), f"{newest:%m-%d %H:%M}" if newest else "",
            "\n".join(account.missing), "\n".join(account.quarantined),
            "\n".join(f"{key}: {why}" for key, why in account.refused.items()),
        )  # fmt: skip
    console.print(grid)
    for name in landing.store.list("quarantine/"):
        if name.endswith(REASON) and f"/{date}/" in name:
            console.print(f"set aside: {name}", soft_wrap=True)
    for outcome in slate.unreadable:
        console.print(words(outcome), style="red", soft_wrap=True)
    for host in sorted({host for _, host, _ in STAGES}):
        if (refusal := landing.refusals.current(f"_hosts/{host}")) is not None:
            console.print(f"refused as a whole: {host}, {refusal.record['outcome']}", style="red")
    return 1 if lacking else 0


def release(console: Console, settings: Settings, name: str, who: str, why: str) -> int:
    """Make a capture that was set aside valid again, on a person's word.

    Raises:
        ValueError: the name is not that of a capture, or who or reason is empty.
    """
    stem = name.removeprefix("quarantine/").removeprefix("landing/").removesuffix(REASON)
    stem = stem.partition(BY_PARSER)[0]
    desk = FetchDesk(settings)
    landing = desk.landing()
    folder = stem.rpartition("/")[0]
    captures = [capture_of(found) for found in landing.store.list(f"landing/{folder}/")] if folder else []
    capture = next((c for c in captures if c and c.name.removeprefix("landing/").startswith(stem)), None)
    if capture is None:
        raise ValueError(f"{name} is no capture that has landed: nba-assets landing DATE names them")
    landing.release(capture, who, why, desk.now())
    console.print(f"released: {capture.name}", soft_wrap=True)
    return 0


def lift(console: Console, settings: Settings, scope: str, who: str, why: str) -> int:
    """Allow requests for a document (feed/date/key) or to a publisher (_hosts/name) again.

    Raises:
        ValueError: it is not refused, or who or reason is empty.
    """
    desk = FetchDesk(settings)
    lifted = desk.landing().refusals.lift(scope, who, why, desk.now())
    if not lifted:
        raise ValueError(f"{scope} is not refused")
    for name in lifted:
        console.print(f"lifted: {name}", soft_wrap=True)
    return 0
