"""The consoles that commands print to: results to stdout, errors to stderr."""

import sys

from rich.console import Console


def _console(*, stderr: bool) -> Console:
    """A console that prints foreign text as it is.

    An error message that held ``[a/b]`` was once taken for markup. A log has no width of its own: a table in
    it should not be cut at eighty columns.
    """
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else 160, markup=False, emoji=False)


console = _console(stderr=False)
errors = _console(stderr=True)
