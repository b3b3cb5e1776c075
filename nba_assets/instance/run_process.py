"""The process of a run, whoever launched it: how it collects garbage, keeps memory and logs."""

from __future__ import annotations

import ctypes
import gc
import logging
import sys

import dagster as dg
import pyarrow as pa
from dagster import colored_console_logger


def tune_process() -> None:
    """Set what the whole process shares for runs of thousands of partitions."""
    # A run makes millions of objects that live to its end: looking through them over and over finds nothing.
    gc.set_threshold(200_000, 50, 50)
    # Files are made in the background while events are kept in front: neither should wait long for the other.
    sys.setswitchinterval(0.0005)
    # Seasons of events come and go: jemalloc hands their memory on with less waiting, and holds less of it.
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(200)  # two processes share the memory; at once, it would cost time


def return_memory() -> None:
    """Give the system back what a table has used: allocators keep it, a gigabyte by the end of a long run.

    It takes hundredths of a second; other C libraries have no such function, and give it back by themselves.
    """
    pa.default_memory_pool().release_unused()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


@dg.logger(
    config_schema={
        "log_level": dg.Field(
            str, default_value="WARNING", description="Least level that the console of the run prints."
        ),
        "name": dg.Field(str, default_value="dagster", description="Name of the Python logger."),
    },
    description="Dagster's console logger, from warnings on: the UI shows every event, and printing two "
    "lines a partition takes longer than writing it.",
)
def quiet_console(init_context: dg.InitLoggerContext) -> logging.Logger:
    """Dagster's console logger with another default."""
    return colored_console_logger.logger_fn(init_context)
