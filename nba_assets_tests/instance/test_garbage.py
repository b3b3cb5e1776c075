"""What a process starts with, and what it publishes, is not looked through for garbage; the rest is."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest

from nba_assets.instance.garbage import no_collections, uncollected


class Cycle:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_nothing_is_collected_within_and_all_of_it_is_kept_out_afterwards() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        within = weakref.ref(Cycle())
    assert gc.isenabled()
    after = weakref.ref(Cycle())
    gc.collect()
    assert within() is not None
    assert after() is None


def test_nothing_is_collected_meanwhile_and_all_of_it_afterwards() -> None:
    with no_collections():
        assert not gc.isenabled()
        within = weakref.ref(Cycle())
    assert gc.isenabled()
    gc.collect()
    assert within() is None


def test_an_error_within_leaves_the_collector_on_and_a_collector_that_was_off_stays_off() -> None:
    try:
        with pytest.raises(ValueError, match="within"), uncollected():
            raise ValueError("within")
        assert gc.isenabled()
        gc.disable()
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_code_location_is_loaded_without_a_collection() -> None:
    code = (
        "import gc; before = gc.get_stats()[2]['collections']; import nba_assets.definitions;"
        "print(gc.get_stats()[2]['collections'] - before, gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["0", "True", "True"]
