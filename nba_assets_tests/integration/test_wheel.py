"""The wheel, installed elsewhere, holds all that it needs: it runs the demo and opens the UI."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import pytest

from nba_assets.instance.webserver import Webserver, WebserverError

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 300.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment into which the wheel is installed, beside the packages it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere")
    tracked = subprocess.check_output(["git", "ls-files", "nba_assets", "pyproject.toml", "README.md"],
                                      cwd=ROOT, text=True)  # fmt: skip
    for name in tracked.split():
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / "tree" / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", folder, folder / "tree"], check=True)
    shutil.rmtree(folder / "tree")
    venv.create(folder / "venv")
    (wheel,) = folder.glob("nba_assets-*.whl")
    subprocess.run([*pip, "--python", folder / "venv/bin/python", "install", "--no-deps", wheel], check=True)
    (packages,) = folder.glob("venv/lib/python*/site-packages")
    # The dependencies are those of this environment; an editable install in it is not seen through a path.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder


@pytest.fixture(scope="module")
def environment(place: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("NBA_", "PYTHONPATH"))}
    return mine | {
        "NBA_LAKE": "lake",
        "NBA_ARCHIVE_DIR": "league",
        "DAGSTER_HOME": str(place / "home"),
        "PATH": f"{place / 'venv' / 'bin'}:{os.environ['PATH']}",
    }


def run(place: Path, environment: dict[str, str], *words: str, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(
        [place / "venv/bin/nba-assets", *words], cwd=place, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode in codes, done.stdout + done.stderr
    return done.stdout


def test_the_demo_runs_from_the_wheel(place: Path, environment: dict[str, str]) -> None:
    where = subprocess.check_output(
        [place / "venv/bin/python", "-c", "import nba_assets; print(nba_assets.__file__)"],
        cwd=place, env=environment, text=True,
    )  # fmt: skip
    assert Path(where.strip()).is_relative_to(place)
    run(place, environment, "simulate", "--out", "league", "--seasons", "1", "--teams", "4", "--dates", "36")
    # Four teams are too few for some of the checks: 1 says that a date is blocked.
    assert "Predictions for " in run(place, environment, "demo", codes=(0, 1))


def test_the_ui_opens_from_the_wheel(place: Path, environment: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (place / "ui.log").open("w") as log:
        ui = subprocess.Popen(
            [place / "venv/bin/nba-assets", "ui", "--port", str(port)], cwd=place, env=environment,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        assert any(one.name == "freshness" for one in automations(port, ui)), (place / "ui.log").read_text()
    finally:
        os.killpg(ui.pid, signal.SIGKILL)
        ui.wait()


def automations(port: int, ui: subprocess.Popen[bytes]) -> list:
    """What the webserver lists once it has loaded the code location."""
    ends = time.monotonic() + STARTS_WITHIN
    while ui.poll() is None and time.monotonic() < ends:
        try:
            if found := Webserver(f"http://127.0.0.1:{port}").automations():
                return found
        except WebserverError:
            time.sleep(0.5)
    return []
