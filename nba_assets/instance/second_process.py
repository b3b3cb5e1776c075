"""A process beside this one, which answers its requests one after the other.

Python computes on one core at a time: a second interpreter uses another one. It is no fork, which would
inherit locks that threads of this process hold, and no child of `multiprocessing`, which runs the script
again that this process was started with.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from nba_assets.instance.huge_pages import with_huge_pages

_LOOKS = 1.0  # seconds between two looks whether the first process lives


class SecondProcessError(RuntimeError):
    """The second process has ended, or a request has raised an error there."""


@dataclass(frozen=True)
class _Raised:
    """Sent in place of an answer: the traceback of an error."""

    words: str


class _Ended:
    """Sent after the last answer to a request."""


class SecondProcess:
    """A second process; it ends with this one.

    Args:
        module: name of the module that it runs, which calls :func:`answer_requests`.
    """

    def __init__(self, module: str):
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=with_huge_pages(os.environ) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._ready = self._has_ended = False

    def is_ready(self) -> bool:
        """Whether it has imported what it needs, so that it would work on a request at once.

        Raises:
            SecondProcessError: it has ended.
        """
        if not self._ready and not self._has_ended and self._connection.poll():
            self._received()
            self._ready = True
        return self.is_in_use

    @property
    def is_in_use(self) -> bool:
        """Whether it was found ready, and has not been ended since."""
        return self._ready and not self._has_ended

    @contextmanager
    def asked(self, request: Any) -> Iterator[Iterator[Any]]:
        """Send a request, and go on beside it; left before its last answer, the process is killed.

        Yields:
            The answers, each waited for; SecondProcessError is raised where one is missing.
        """
        ended = False

        def answers() -> Iterator[Any]:
            nonlocal ended
            while not ended:
                found = self._received()
                ended = isinstance(found, (_Raised, _Ended))
                if isinstance(found, _Raised):
                    raise SecondProcessError(found.words)
                if not ended:
                    yield found

        with suppress(OSError):  # it has ended, as waiting for the answer will tell
            self._connection.send(request)
        try:
            yield answers()
        finally:
            if not ended:
                self.end()

    def end(self) -> None:
        """Kill it."""
        self._has_ended = True
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _received(self) -> Any:
        try:
            return self._connection.recv()
        except (EOFError, OSError) as error:
            code = self._process.wait()
            raise SecondProcessError(f"the second process has ended with exit code {code}") from error


def answer_requests(answers: Callable[[Any], Iterable[Any]]) -> None:
    """Be a second process, until the first one ends.

    Args:
        answers: gives the answers to a request, each of which is sent as it comes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both: the first one decides
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    with Connection(int(sys.argv[1])) as connection:
        connection.send(None)  # ready
        while True:
            try:
                request = connection.recv()
            except EOFError:
                return
            for found in _answered(answers, request):
                connection.send(found)


def _answered(answers: Callable[[Any], Iterable[Any]], request: Any) -> Iterator[Any]:
    try:
        yield from answers(request)
    except Exception:  # sent to where it is logged
        yield _Raised(traceback.format_exc())
    else:
        yield _Ended()


def _end_with(first: int) -> None:
    """End in the middle of a request, too, once the first process is gone."""
    while os.getppid() == first:
        time.sleep(_LOOKS)
    os._exit(1)
