"""Python's garbage collector while a process starts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make what lives as long as the process, imported modules above all, and never look for garbage in it.

    It is half a million objects, in every process of a run, of the code server and of a command: collections
    on the way and at the end were almost half of what a process took that only starts.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
