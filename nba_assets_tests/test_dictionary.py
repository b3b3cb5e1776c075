"""The data dictionary on the shelf is the one the schemas make."""

from pathlib import Path

from nba_assets.reports.dictionary import dictionary


def test_the_committed_dictionary_is_that_of_the_schemas() -> None:
    """After a change of schemas: nba-assets dictionary."""
    assert (Path(__file__).parents[1] / "docs" / "tables.md").read_text() == dictionary()
