"""The one console that commands print to."""

import sys

from rich.console import Console

# A log has no width of its own; a table in it should not be cut at eighty columns.
console = Console(width=None if sys.stdout.isatty() else 160)
