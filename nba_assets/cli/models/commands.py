"""Commands about models and predictions: bets, champions, evaluate, promote, report, results, trace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nba_assets.cli.options import (
    Date,
    DateIfAny,
    Lake,
    Reason,
    Source,
    Version,
    settings_of,
    split,
    stored_settings,
)
from nba_assets.runs.console import console


def promote(
    system: Annotated[str, typer.Argument(help="System to serve; BACK for the one that served before.")],
    reason: Reason,
    date: DateIfAny = None,
    share: Annotated[
        float,
        typer.Option(
            min=0.01, max=1.0, help="Share of the games it serves; the one before serves the others."
        ),
    ] = 1.0,
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Make a system champion by hand, and serve it from a date on: one run, and one run back.

    With --share it serves some of the games first, always the same ones by their ids; promoting it again with
    a larger share goes on, BACK takes it back.
    """
    from nba_assets.cli.models.promote import run_promotion

    raise typer.Exit(run_promotion(console, settings_of(lake, source), system, reason, date, share))


def report(
    model_id: Annotated[str, typer.Argument(help="Model, as its asset and the predictions name it.")],
    out: Annotated[Path | None, typer.Option(help="File to write; <model id>.html by default.")] = None,
    lake: Lake = None,
) -> None:
    """Write the page of a model: calibration, errors by tier and month, importance, residuals, coverage."""
    from nba_assets.cli.models.report import write_report

    console.print(f"wrote {write_report(stored_settings(lake), model_id, out)}")


def results(
    out: Annotated[Path, typer.Option(help="File to write.")] = Path("docs/results.md"),
    lake: Lake = None,
) -> None:
    """Write what the graded predictions of a lake were worth, and what does not work, as Markdown."""
    from nba_assets.publish.record import build_record
    from nba_assets.publish.results_page import results_page
    from nba_assets.publish.tables import OpenTables
    from nba_assets.storage.lake import Lake as StoredLake
    from nba_assets.storage.object_store import open_store

    tables = OpenTables(StoredLake(open_store(stored_settings(lake).lake)))
    graded = tables.dates("prediction_accuracy")
    if not graded:
        raise ValueError("the lake holds no graded prediction: nba-assets backfill")
    out.write_text(results_page(build_record(tables, graded[-1])))
    console.print(f"wrote {out}")


def trace(
    player: Annotated[str, typer.Argument(help="Name, as in the tables.")],
    date: Date,
    feature: Annotated[str | None, typer.Argument(help="Feature; all by default.")] = None,
    lake: Lake = None,
) -> None:
    """How a prediction is made: a player's features, the games behind them, and each system's output."""
    from nba_assets.cli.models.trace import print_trace

    raise typer.Exit(print_trace(console, stored_settings(lake), player, date, feature))


def evaluate(
    train: Annotated[str, typer.Option(help="Seasons to train on, separated by commas: 2021-22,2022-23.")],
    stop: Annotated[str, typer.Option(help="Season that stops, weighs and calibrates: 2023-24.")],
    test: Annotated[str, typer.Option(help="Season to test on; every look at it is counted.")],
    version: Annotated[
        Version,
        typer.Option(help="Moment of the predictions: early knows no lineups, lineups has its systems too."),
    ] = "lineups",
    json: Annotated[Path | None, typer.Option(help="File for all scores as JSON.")] = None,
    lake: Lake = None,
) -> None:
    """Compare all systems with baselines and the line on a season that no model has seen."""
    from nba_assets.cli.models.evaluate import evaluate_seasons

    evaluate_seasons(console, stored_settings(lake), split(train), stop, test, version, json)


def bets(
    by: Annotated[
        str, typer.Option(help="Groups beside the system: edge_band, season, book, side, is_pregame.")
    ] = "edge_band",
    system: Annotated[str, typer.Option(help="Systems, separated by commas; all by default.")] = "",
    lake: Lake = None,
) -> None:
    """Show what recommendations would have returned as paper bets at the prices that books offered."""
    from nba_assets.cli.models.bets import print_bets

    print_bets(console, stored_settings(lake), split(by), split(system))


def champions(
    picture: Annotated[Path | None, typer.Option(help="PNG of the errors by month to write.")] = None,
    lake: Lake = None,
) -> None:
    """Show who served when and why, and how the served predictions fared against baselines and the line."""
    from nba_assets.cli.models.champions import print_champions

    print_champions(console, stored_settings(lake), picture)


COMMANDS = (bets, champions, evaluate, promote, report, results, trace)
