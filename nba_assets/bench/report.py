"""Known answers of the archive as tables in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nba_assets.bench import known_answers as facts
from nba_assets.runs.report import print_frame
from nba_assets.settings import Settings
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import open_store


def print_facts(console: Console, settings: Settings) -> None:
    """Known answers of the archive, compared with the lake."""
    lake = Lake(open_store(settings.lake))
    table = Table("fact", "expected", "found", "", title="Known answers")
    for fact in facts.known_answers(lake):
        table.add_row(
            fact.name,
            fact.expected,
            fact.found,
            Text("holds", "green") if fact.holds else Text("differs", "red"),
        )
    console.print(table)
    print_frame(
        console, "Player-games whose zones do not sum to the box (flagged)", facts.inconsistent_zones(lake)
    )
    print_frame(
        console,
        "Coarse zones by play-by-play against the shot chart, 2023-24",
        facts.agreement_of_sources(lake),
    )
    print_frame(
        console, "Players who played, opening days out: how many were expected", facts.expected_share(lake)
    )
    console.print(f"players who played and have no feature row, 2021-22 on: {facts.feature_row_gaps(lake)}")
