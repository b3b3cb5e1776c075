"""Python's garbage collector, where it would look through much and find nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """Look for no garbage meanwhile.

    Millions of objects without cycles, documents above all, go by themselves: looking through them takes a
    twentieth of the time in which they are published.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Make what lives as long as the process, imported modules above all, and never look for garbage in it.

    It is half a million objects, in every process of a run, of the code server and of a command: collections
    on the way and at the end were almost half of what a process took that only starts.
    """
    with no_collections():
        try:
            yield
        finally:
            gc.freeze()
