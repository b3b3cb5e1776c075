"""Commands about models and predictions: evaluate, promote, report, trace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nba_assets.cli.options import Date, DateIfAny, Lake, Reason, Source, settings_of, split, stored_settings
from nba_assets.runs.console import console


def promote(
    system: Annotated[str, typer.Argument(help="System to serve; BACK for the one that served before.")],
    reason: Reason,
    date: DateIfAny = None,
    lake: Lake = None,
    source: Source = None,
) -> None:
    """Make a system champion by hand, and serve it from a date on: one run, and one run back."""
    from nba_assets.cli.promote import run_promotion

    raise typer.Exit(run_promotion(console, settings_of(lake, source), system, reason, date))


def report(
    model_id: Annotated[str, typer.Argument(help="Model, as its asset and the predictions name it.")],
    out: Annotated[Path | None, typer.Option(help="File to write; <model id>.html by default.")] = None,
    lake: Lake = None,
) -> None:
    """Write the page of a model: calibration, errors by tier and month, importance, residuals, coverage."""
    from nba_assets.cli.model_report import write_report

    console.print(f"wrote {write_report(stored_settings(lake), model_id, out)}")


def trace(
    player: Annotated[str, typer.Argument(help="Name, as in the tables.")],
    date: Date,
    feature: Annotated[str | None, typer.Argument(help="Feature; all by default.")] = None,
    lake: Lake = None,
) -> None:
    """How a prediction is made: a player's features, the games behind them, and each system's output."""
    from nba_assets.cli.trace import print_trace

    raise typer.Exit(print_trace(console, stored_settings(lake), player, date, feature))


def evaluate(
    train: Annotated[str, typer.Option(help="Seasons to train on, separated by commas: 2021-22,2022-23.")],
    stop: Annotated[str, typer.Option(help="Season that stops, weighs and calibrates: 2023-24.")],
    test: Annotated[str, typer.Option(help="Season to test on; every look at it is counted.")],
    json: Annotated[Path | None, typer.Option(help="File for all scores as JSON.")] = None,
    lake: Lake = None,
) -> None:
    """Compare all systems with baselines and the line on a season that no model has seen."""
    from nba_assets.cli.evaluate import evaluate_seasons

    evaluate_seasons(console, stored_settings(lake), split(train), stop, test, json)


COMMANDS = (evaluate, promote, report, trace)
