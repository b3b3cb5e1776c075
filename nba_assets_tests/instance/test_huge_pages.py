import os
import subprocess
import sys

import pytest

STARTED = """
import os, sys
from nba_assets.instance.huge_pages import restart_with_huge_pages
print("started", flush=True)
restart_with_huge_pages()
print(os.environ["GLIBC_TUNABLES"], *sys.argv[1:], sep="|")
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this C library")


def _lines(**more: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    command = [sys.executable, "-c", STARTED, "history", "--since", "a word"]
    done = subprocess.run(command, env=environment | more, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@linux
def test_a_process_starts_anew_once_with_the_same_arguments() -> None:
    assert _lines() == ["started", "started", "glibc.malloc.hugetlb=1|history|--since|a word"]


@linux
def test_tunables_that_a_person_set_stay() -> None:
    own = "glibc.malloc.hugetlb=0"
    assert _lines(GLIBC_TUNABLES=own) == ["started", f"{own}|history|--since|a word"]
