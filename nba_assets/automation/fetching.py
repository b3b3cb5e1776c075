"""The job that fetches: the documents of a game date into the landing zone, one publisher at a time.

One op per stage, one pool per publisher: at any time at most one run makes requests to a publisher. A
document that fails stops no other, so a stage succeeds whatever became of its documents; the last op fails
the run when a publisher gave nothing at all. Tables are not part of it: what has landed is news, and a sensor
acts on news.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg

from nba_assets.calendar.partitions import GAME_DATES
from nba_assets.instance.private_api import RETRY_STRATEGY_TAG
from nba_assets.sources.feeds.catalog import BOUGHT
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.fetch.fetch_plan import (
    USUAL,
    known_feeds,
)
from nba_assets.sources.fetch.fetcher import (
    Outcome,
    Result,
)
from nba_assets.sources.http.hosts import NBA_CDN, NBA_REPORTS, NBA_STATS, ODDS_API

FETCH_JOB = "fetch"
# In this order: the schedule names the games of the others, the events name the lines.
STAGES = (
    ("fetch_schedule", NBA_CDN, ("schedules",)),
    ("fetch_statistics", NBA_STATS, ("schedules", "statistics")),
    ("fetch_games", NBA_CDN, ("games",)),
    ("fetch_second_events", NBA_STATS, ("second_events",)),
    ("take_bought_events", BOUGHT, ()),
    ("fetch_lineups", NBA_CDN, ("lineups",)),
    ("fetch_injury_reports", NBA_REPORTS, ("injury_reports",)),
    ("fetch_lines", ODDS_API, ("events", "lines")),
)
WRONG = (Result.FAILED, Result.QUARANTINED, Result.REFUSED)
ANSWERS_OP = "every_publisher_answers"
_RETRIES = 2
_SHOWN = 20  # documents named in the metadata, those that went wrong first
_BACKFILL = "dagster/backfill"  # the tag of a run that the UI started for one of several dates


def fetch_config(feeds: Sequence[str], *, bulk: bool = False, resume: bool = False) -> dict[str, Any]:
    """Run configuration of the job: which feeds, whether it is one of many dates, whether to ask for all.

    Raises:
        ValueError: no such feed.
    """
    config = {"feeds": known_feeds(feeds), "bulk": bulk, "resume": resume}
    return {"ops": {name: {"config": config} for name, _, _ in STAGES}}


def fetch_job(desk: FetchDesk) -> dg.JobDefinition:
    """The job, one partition a game date."""
    ops = [_op(desk, *stage) for stage in STAGES]

    @dg.job(
        name=FETCH_JOB,
        description="Documents of a game date into the landing zone; tables are made by whoever reads it.",
        partitions_def=GAME_DATES,
        config=fetch_config(USUAL),
        executor_def=dg.in_process_executor,
        # Outcomes are handed from op to op in memory: a run that was killed is begun anew.
        resource_defs={"io_manager": dg.mem_io_manager},
        tags={RETRY_STRATEGY_TAG: "ALL_STEPS"},
    )
    def job() -> None:
        stages: list[Any] = []
        for op in ops:
            stages.append(op(*stages[-1:]))
        _every_publisher_answers(stages)

    return job


@dg.op(
    name=ANSWERS_OP,
    ins={"stages": dg.In(list)},
    out=dg.Out(dg.Nothing),
    description="Fails when all that was requested of a publisher was refused, broken or not to be had.",
)
def _every_publisher_answers(stages: list[tuple[str, list[Outcome]]]) -> None:
    if silent := silent_publishers(stages):
        raise dg.Failure("; ".join(silent), allow_retries=False)


def silent_publishers(stages: Iterable[tuple[str, Sequence[Outcome]]]) -> list[str]:
    """Publishers of which every requested document went wrong, each with a reason; one that waits is none."""
    requested: dict[str, list[Outcome]] = {}
    for host, outcomes in stages:
        requested.setdefault(host, []).extend(outcomes)
    return [
        f"{host} gave none of {len(outcomes)} documents, the first: {words(outcomes[0])}"
        for host, outcomes in requested.items()
        if outcomes and all(outcome.result in WRONG for outcome in outcomes)
    ]


def _op(desk: FetchDesk, name: str, host: str, stages: tuple[str, ...]) -> dg.OpDefinition:
    first = name == STAGES[0][0]

    @dg.op(
        name=name,
        pool=host,
        ins={} if first else {"before": dg.In(dg.Nothing)},
        out=dg.Out(tuple),
        config_schema={"feeds": [str], "bulk": bool, "resume": bool},
        # What the fetcher cannot name, such as a landing zone that does not answer, breaks the stage off.
        retry_policy=dg.RetryPolicy(_RETRIES, desk.retry_delay, dg.Backoff.EXPONENTIAL),
        description="Bought CSVs from their folder, for games without play-by-play."
        if host == BOUGHT
        else f"Documents that {host} publishes.",
    )
    def op(context: dg.OpExecutionContext) -> tuple[str, list[Outcome]]:
        date = dt.date.fromisoformat(context.partition_key)
        config = context.op_config
        bulk = config["bulk"] or _BACKFILL in context.run.tags
        outcomes = (
            desk.take_bought(date)
            if host == BOUGHT
            else desk.fetch(date, host, stages, config["feeds"], bulk=bulk, resume=config["resume"])
        )
        for outcome in outcomes:
            context.log.log(_level(outcome), words(outcome))
        counts = Counter(outcome.result.value for outcome in outcomes)
        shown = sorted(outcomes, key=lambda one: one.result not in WRONG)[:_SHOWN]
        context.add_output_metadata({**counts, "documents": [words(one) for one in shown]})
        return host, outcomes

    return op


def words(outcome: Outcome) -> str:
    """An outcome in a line."""
    why = f": {outcome.cause}, {outcome.detail}" if outcome.cause else ""
    return f"{outcome.result.value} {outcome.document.folder}{why}"


def _level(outcome: Outcome) -> str:
    return "WARNING" if outcome.result in WRONG else "INFO"
