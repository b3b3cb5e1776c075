import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.connection import wait

import pytest

from nba_assets.instance.second_process import SecondProcess, SecondProcessError

MODULE = "nba_assets_tests.instance.doubling_process"
# A first process: it says which second one works for it, and leaves it in the middle of a request.
FIRST = f"""
from nba_assets.instance.second_process import SecondProcess
second = SecondProcess({MODULE!r})
with second.asked(-1) as answers:
    while not second.is_ready():
        pass
    print(second._process.pid, flush=True)
    next(answers)
"""


@pytest.fixture
def second() -> Iterator[SecondProcess]:
    """A second process that is ready."""
    process = SecondProcess(MODULE)
    wait([process._connection])
    assert process.is_ready()
    yield process
    process.end()


def test_it_answers_while_the_first_goes_on(second: SecondProcess) -> None:
    for number in (21, 4):
        with second.asked(number) as answers:
            beside = number + 1
            assert (beside, *answers) == (number + 1, 2 * number)


def test_each_answer_comes_as_soon_as_it_is_known(second: SecondProcess) -> None:
    with second.asked([21, 4, -1]) as answers:  # it is busy with the last one for ever
        assert (next(answers), next(answers)) == (42, 8)
    assert not second.is_in_use


def test_an_error_is_told_with_where_it_was_and_costs_the_request_only(second: SecondProcess) -> None:
    with (
        second.asked([5, "six", 7]) as answers,
        pytest.raises(SecondProcessError, match=r"(?s)_answers.*no number: six"),
    ):
        assert next(answers) == 10
        next(answers)
    assert second.is_ready()
    with second.asked(3) as answers:
        assert list(answers) == [6]


def test_its_death_is_told(second: SecondProcess) -> None:
    with second.asked([21, None]) as answers, pytest.raises(SecondProcessError, match="exit code 7"):
        assert next(answers) == 42
        next(answers)
    with second.asked(3) as answers, pytest.raises(SecondProcessError, match="has ended"):
        next(answers)


def test_a_request_that_nobody_waits_for_ends_it(second: SecondProcess) -> None:
    with pytest.raises(KeyboardInterrupt), second.asked(-1):
        raise KeyboardInterrupt
    assert not second.is_ready()
    assert second._process.returncode == -signal.SIGKILL


def test_a_process_that_cannot_start_is_told() -> None:
    process = SecondProcess("nba_assets_tests.instance.no_such_module")
    wait([process._connection])
    with pytest.raises(SecondProcessError, match="exit code 1"):
        process.is_ready()
    process.end()


def test_it_ends_in_the_middle_of_a_request_when_the_first_is_killed() -> None:
    first = subprocess.Popen([sys.executable, "-c", FIRST], stdout=subprocess.PIPE, text=True)
    assert first.stdout
    with first.stdout as told:
        second = os.pidfd_open(int(told.readline()))
        first.kill()
        first.wait()
        # Readable once the process has ended.
        assert select.select([second], [], [], 60)[0]
        os.close(second)
