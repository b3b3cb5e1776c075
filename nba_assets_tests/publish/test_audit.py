"""What an audit of published documents finds: nothing in an honest publication, and each kind of lie."""

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nba_assets.publish.audit import Auditor
from nba_assets.publish.contract.manifest import MANIFEST
from nba_assets.publish.publication import Publication
from nba_assets.publish.tables import OpenTables
from nba_assets.storage.lake import Lake
from nba_assets.storage.object_store import FolderStore, open_store
from nba_assets_tests.publish.conftest import publisher
from nba_assets_tests.publish.small_lake import DATES, PLAYED, TONIGHT

Change = Callable[[dict[str, Any]], object]


def first_player(**changes: object) -> Change:
    """A change of the document's first player."""
    return lambda document: document["players"][0].update(changes)


def first_of(member: str, **changes: object) -> Change:
    """A change of the first entry in a list of the document's first player."""
    return lambda document: document["players"][0][member][0].update(changes)


@pytest.fixture(scope="module")
def honest(lake: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a publication that nobody has changed."""
    folder = tmp_path_factory.mktemp("honest")
    publisher(lake, FolderStore(folder)).publish(DATES)
    return folder


def audited(lake: Lake, folder: Path, kind: str, date: dt.date, change: Change) -> tuple[str, ...]:
    """Violations in a publication after a change of one of its documents."""
    publication = Publication(FolderStore(folder))
    entry = publication.manifest().dates[date.isoformat()]
    path = MANIFEST if kind == "manifest" else f"{entry.folder}/{kind}.json"
    document = json.loads(publication.store.read(path))
    change(document)
    publication.store.write(path, json.dumps(document).encode())
    return Auditor(publication, OpenTables(lake)).audit().violations


def test_an_honest_publication_has_no_violation(lake: Lake, honest: Path) -> None:
    audit = Auditor(Publication(FolderStore(honest)), OpenTables(lake)).audit()
    assert audit.violations == ()
    assert audit.dates == len(DATES) and audit.rows > 100


@pytest.mark.parametrize(
    ("kind", "date", "change", "words"),
    [
        ("slate", TONIGHT, lambda d: d["players"].append(d["players"][0]), "a player more than once"),
        ("slate", TONIGHT, lambda d: d["games"].pop(), "raw_schedule: stored and not published"),
        ("slate", TONIGHT, lambda d: d["players"].pop(), "stored and not published"),
        ("slate", TONIGHT, first_player(team="LAL"), "context.team: another value"),
        ("slate", TONIGHT, first_of("predictions", q50=1.0), "q50: another value"),
        ("slate", TONIGHT, first_of("predictions", line=None), "line: another value"),
        ("slate", TONIGHT, first_of("offers", over_price=-900.0), "over_price: another"),
        ("results", PLAYED, lambda d: d["players"][0]["grades"].pop(), "accuracy: stored and not published"),
        ("results", PLAYED, first_player(actual_points=99.0), "actual_points: another value"),
        ("results", PLAYED, lambda d: d["games"][0].update(home_points=99), "pts: another value"),
        ("manifest", TONIGHT, lambda d: d["dates"].pop("2024-12-24"), "days between them are not published"),
        ("manifest", TONIGHT, lambda d: d["dates"]["2024-12-25"].update(players=1), "is not the manifest's"),
    ],
)  # fmt: skip
def test_what_is_not_the_lakes_is_found(
    lake: Lake, honest: Path, tmp_path: Path, kind: str, date: dt.date, change: Change, words: str
) -> None:
    folder = Path(shutil.copytree(honest, tmp_path / "changed"))
    violations = audited(lake, folder, kind, date, change)
    assert any(words in violation for violation in violations), violations


def test_a_team_that_is_missing_without_a_reason_is_found(lake: Lake, honest: Path, tmp_path: Path) -> None:
    def without_boston(slate: dict[str, Any]) -> None:
        slate["players"] = [player for player in slate["players"] if player["team"] != "BOS"]

    folder = Path(shutil.copytree(honest, tmp_path / "changed"))
    violations = audited(lake, folder, "slate", TONIGHT, without_boston)
    assert "1 x a team without a player or a reason: 2024-12-25 00:00:00 0022400411 BOS" in violations


@pytest.mark.skipif("NBA_TEST_LAKE" not in os.environ, reason="NBA_TEST_LAKE names no lake of a real history")
def test_every_published_number_of_a_real_history_is_the_lakes() -> None:
    root = os.environ["NBA_TEST_LAKE"].rstrip("/")
    tables = OpenTables(Lake(open_store(root)))
    audit = Auditor(Publication(open_store(f"{root}-published")), tables).audit()
    assert audit.violations == ()
    assert audit.dates and audit.rows
