"""The command line: thin over the same definitions that the UI uses."""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from nba_assets.cli import live_commands, published_commands
from nba_assets.runs.console import console

app = typer.Typer(
    help="Predicts NBA player points, and proves it: run tables over dates, explain a red one, score models.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)

Date = Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help="Game date, US Eastern.")]
_FIRST = typer.Option("--from", formats=["%Y-%m-%d"], help="First game date.")
_LAST = typer.Option("--to", formats=["%Y-%m-%d"], help="Last game date.")
FirstDate = Annotated[dt.datetime, _FIRST]
LastDate = Annotated[dt.datetime, _LAST]
FirstDateIfAny = Annotated[dt.datetime | None, _FIRST]
LastDateIfAny = Annotated[dt.datetime | None, _LAST]
LakeOption = Annotated[
    str | None, typer.Option(help="Lake: a folder or gs://bucket/prefix. Default: NBA_LAKE.")
]
SourceOption = Annotated[
    Path | None, typer.Option(help="Folder in the layout of the archive. Default: NBA_ARCHIVE_DIR.")
]


def _settings(lake: str | None = None, source: Path | None = None):
    from nba_assets.settings import Settings
    from nba_assets.sources.archive.source import ArchiveSource

    if source is not None:
        ArchiveSource(source)  # says what is wrong with it before anything starts
    given = {"lake": lake, "archive_dir": source}
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write; empty, or written by simulate before.")],
    seasons: Annotated[int, typer.Option(min=1, max=5, help="Number of seasons, the newest last.")] = 2,
    teams: Annotated[int, typer.Option(min=4, max=30, help="Number of teams.")] = 8,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    dates: Annotated[int | None, typer.Option(min=10, help="Game dates a season; all by default.")] = None,
) -> None:
    """Write a synthetic league in the layout of the archive; its rows say so and never mix with real ones."""
    from nba_assets.simulation.league import simulate as write_league

    summary = write_league(out, seasons=seasons, teams=teams, seed=seed, dates_per_season=dates)
    console.print(
        f"{summary.games_played:,} games of {summary.teams} teams in {out}; tonight is {summary.tonight}"
    )


@app.command()
def backfill(
    from_: FirstDate,
    to: LastDate,
    tables: Annotated[
        str | None,
        typer.Option(help="Tables, separated by commas; NAME+ takes along what is made from it."),
    ] = None,
    allow_partial: Annotated[
        str,
        typer.Option(help="Reason for letting incomplete dates through; it stays with the rows."),
    ] = "",
    resume: Annotated[bool, typer.Option(help="Only what is missing, failed, blocked or stale.")] = False,
    lake: LakeOption = None,
    source: SourceOption = None,
) -> None:
    """Materialize tables on a range of dates; blocked dates are left out and named, the others go on.

    The ledger of these dates is written with them. The exit code is 1 when a date is blocked, so that a
    script notices.
    """
    from nba_assets.cli.stale import resume as what_is_due
    from nba_assets.runs.materialize import materialize
    from nba_assets.runs.report import print_run
    from nba_assets.runs.selection import chosen_tables

    if resume and allow_partial:
        raise typer.BadParameter("--resume lets nothing through: use --allow-partial without it")
    chosen = chosen_tables(tables) if tables else None
    shown = sys.stderr.isatty() or sys.stdout.isatty()
    here, first, last = _settings(lake, source), from_.date(), to.date()
    if resume:
        report = what_is_due(here, first, last, chosen, progress=shown)
    else:
        report = materialize(here, first, last, chosen, progress=shown, allow_partial=allow_partial)
    print_run(console, report)
    raise typer.Exit(0 if report.success and not report.blocked else 1)


@app.command()
def stale(
    from_: FirstDateIfAny = None,
    to: LastDateIfAny = None,
    tables: Annotated[str | None, typer.Option(help="Tables, separated by commas; all by default.")] = None,
    fix: Annotated[bool, typer.Option(help="Materialize exactly what is listed, in graph order.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Partitions to name a table; 0: all.")] = 20,
    override_reason: Annotated[
        str, typer.Option(help="With --fix: why to train models in spite of a NO-GO; stored with them.")
    ] = "",
    lake: LakeOption = None,
    source: SourceOption = None,
) -> None:
    """Partitions whose code or inputs are newer than themselves, and why; with --fix until none is left.

    The exit code is 1 when something is stale, so that a script notices; with --fix, when something stays so.
    """
    from nba_assets.cli.stale import fix_stale, list_stale

    first, last = from_.date() if from_ else None, to.date() if to else None
    names, settings = tables.split(",") if tables else None, _settings(lake, source)
    if fix:
        healing = fix_stale(
            console, settings, first, last, names, limit=limit, override_reason=override_reason
        )
        left = healing.left
    else:
        left = list_stale(console, settings, first, last, names, limit=limit)
    raise typer.Exit(1 if left else 0)


@app.command()
def history(
    from_: FirstDate = dt.datetime(2020, 12, 22),
    to: LastDate = dt.datetime(2025, 6, 22),
    lake: LakeOption = None,
    source: SourceOption = None,
) -> None:
    """The main job: every table of the archive, models on the first game date of each month, a summary."""
    from nba_assets.bench.report import print_facts
    from nba_assets.runs.materialize import materialize
    from nba_assets.runs.report import print_run, print_scores

    settings = _settings(lake, source)
    report = materialize(settings, from_.date(), to.date())
    print_run(console, report)
    print_facts(console, settings)
    print_scores(console, settings)
    raise typer.Exit(0 if report.success else 1)


@app.command()
def demo(
    lake: LakeOption = None,
    source: SourceOption = None,
) -> None:
    """Simulate a small league if there is none, run everything over it, and show tonight's predictions."""
    from nba_assets.cli.demo import run_demo

    raise typer.Exit(run_demo(console, _settings(lake, source)))


@app.command()
def explain(
    dates: Annotated[str, typer.Argument(help="A game date, or FIRST..LAST: 2022-10-18..2023-06-12.")],
    table: Annotated[str | None, typer.Argument(help="Table; all by default.")] = None,
    lake: LakeOption = None,
) -> None:
    """Why dates are red: expected and actual, the table to blame, why, and the command that heals it."""
    from nba_assets.cli.explain import print_explanation

    print_explanation(console, _settings(lake), dates, table)


@app.command()
def ledger(
    from_: FirstDateIfAny = None,
    to: LastDateIfAny = None,
    lake: LakeOption = None,
) -> None:
    """Make the ledger and its page again from partitions and refusals; all stored dates by default."""
    from nba_assets.cli.ledger import rebuild

    raise typer.Exit(rebuild(console, _settings(lake), from_ and from_.date(), to and to.date()))


@app.command()
def trace(
    player: Annotated[str, typer.Argument(help="Name, as in the tables.")],
    date: Date,
    feature: Annotated[str | None, typer.Argument(help="Feature; all by default.")] = None,
    lake: LakeOption = None,
) -> None:
    """Where a number comes from: a player's features, the games behind them, and what was predicted."""
    from nba_assets.cli.trace import print_trace

    raise typer.Exit(print_trace(console, _settings(lake), player, date.date(), feature))


@app.command()
def bench(
    source: SourceOption = None,
    quick: Annotated[bool, typer.Option(help="One season in place of five.")] = False,
    models: Annotated[bool, typer.Option(help="The models only, on the lake that is there.")] = False,
    lake: LakeOption = None,
) -> None:
    """Measure the main job from an empty lake: time, memory, rows a second; then the models."""
    from nba_assets.bench.main_job import run_bench
    from nba_assets.bench.model_bench import print_model_bench

    if models:
        print_model_bench(console, _settings(lake))
    else:
        raise typer.Exit(run_bench(console, _settings(source=source), quick=quick))


@app.command()
def report(
    model_id: Annotated[str, typer.Argument(help="Model, as its asset and the predictions name it.")],
    out: Annotated[Path | None, typer.Option(help="File to write; <model id>.html by default.")] = None,
    lake: LakeOption = None,
) -> None:
    """Write the page of a model: calibration, errors by tier and month, importance, residuals, coverage."""
    from nba_assets.cli.model_report import write_report

    console.print(f"wrote {write_report(_settings(lake), model_id, out)}")


@app.command()
def promote(
    system: Annotated[str, typer.Argument(help="System to serve; BACK for the one that served before.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the registry.")],
    date: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="From which game date; the newest slate by default."),
    ] = None,
    lake: LakeOption = None,
    source: SourceOption = None,
) -> None:
    """Make a system champion by hand, and serve it: one run, and one run back."""
    from nba_assets.cli.promote import run_promotion

    settings = _settings(lake, source)
    raise typer.Exit(run_promotion(console, settings, system, reason, date and date.date()))


@app.command()
def leak_lab(
    lake: LakeOption = None,
) -> None:
    """Plant the known leaks on real data, one at a time: effect on the MAE, and the guard that sees it."""
    from nba_assets.bench.leak_experiments import run_leak_lab

    raise typer.Exit(run_leak_lab(console, _settings(lake)))


@app.command()
def dictionary(
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("docs/tables.md"),
) -> None:
    """Write the data dictionary from the schemas."""
    from nba_assets.reports.dictionary import dictionary as page

    out.write_text(page())
    console.print(f"wrote {out}")


live_commands.add_to(app)
published_commands.add_to(app)


def main() -> None:
    """Entry point of the console script: what a person did wrong is one line, not a traceback."""
    from nba_assets.tabular.problems import BadInput

    try:
        app()
    except (BadInput, ValueError) as error:
        console.print(str(error), style="red", soft_wrap=True, markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
