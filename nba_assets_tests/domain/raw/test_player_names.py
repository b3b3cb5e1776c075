"""Names as people type them."""

import pytest

from nba_assets.domain.raw.player_names import name_contains


@pytest.mark.parametrize("text", ["Doncic", "luka d", "Luka Dončić", "dončić"])
def test_a_name_contains_its_parts_without_accents_and_case(text: str) -> None:
    assert name_contains("Luka Dončić", text)
    assert not name_contains("Lu Dort", text)
