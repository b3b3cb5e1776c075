"""Where fetched documents are kept, and that nothing of the project deletes them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from nba_assets.settings import Settings

ROOT = Path(__file__).parents[1]


def test_documents_are_beside_the_lake_and_never_of_another_one(tmp_path: Path) -> None:
    assert Settings(lake=str(tmp_path / "lake")).landing_root == str(tmp_path / "lake-landing")
    assert Settings(lake="gs://bucket/lake/").landing_root == "gs://bucket/lake-landing"
    assert Settings(lake="gs://bucket/lake", landing="gs://kept/zone").landing_root == "gs://kept/zone"


def test_documents_that_an_earlier_version_put_into_the_lake_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "lake" / "landing" / "odds").mkdir(parents=True)
    assert Settings(lake=str(tmp_path / "lake")).landing_root == str(tmp_path / "lake")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_make_clean_keeps_every_document(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = [
        tmp_path / ".nba" / world / "lake-landing" / "landing" / "odds.gz" for world in ("demo", "history")
    ]
    gone = tmp_path / ".nba" / "demo" / "lake" / "part.parquet"
    for path in (*kept, gone):
        path.parent.mkdir(parents=True)
        path.touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert all(path.exists() for path in kept)
    assert not gone.exists()
