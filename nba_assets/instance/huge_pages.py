"""Memory in pages of two megabytes, where the system gives them to processes that ask for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

_TUNABLES: Final = "GLIBC_TUNABLES"


def with_huge_pages(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process whose C library asks for huge pages; tunables that a person set stay.

    Frames of a history come and go a hundred megabytes at a time: in pages of four kilobytes the system hands
    out millions of them, and the processor looks their places up. The main job takes 6 % less with huge ones.
    """
    return {_TUNABLES: "glibc.malloc.hugetlb=1", **environment}


def restart_with_huge_pages() -> None:
    """Start this process anew, with the same arguments, if it does not ask for huge pages yet.

    The C library reads its tunables once, before anything else runs. Processes started by this one have them.
    """
    if sys.platform == "linux" and _TUNABLES not in os.environ:
        arguments = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, arguments, with_huge_pages(os.environ))  # noqa: S606 - this very program
