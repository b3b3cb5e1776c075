"""The compose file: every command, variable, file and port in it exists. No container is started here."""

import importlib
import shlex
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml
from dagster._cli import create_dagster_cli

from nba_assets.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
READ = {f"NBA_{name.upper()}" for name in Settings.model_fields} - {"NBA_DAGSTER_HOME"} | {"DAGSTER_HOME"}


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command behind a console script, and the words that it gets."""
    name, *rest = words
    scripts = {script.name: script for script in entry_points(group="console_scripts")}
    assert name in scripts, f"{name} is no console script"
    if name == "nba-assets":
        command: click.Command = typer.main.get_command(importlib.import_module("nba_assets.cli.main").app)
    elif name == "dagster":
        command = create_dagster_cli()
    else:
        module = importlib.import_module(scripts[name].module)
        command = {"dagster-webserver": "dagster_webserver", "dagster-daemon": "create_dagster_daemon_cli"}[
            name
        ]
        command = getattr(module, command)
        command = command() if not isinstance(command, click.Command) else command
    while hasattr(command, "commands") and rest:  # Typer's groups are not click's
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_exists_with_its_options(name: str) -> None:
    command, arguments = command_of(shlex.split(SERVICES[name]["command"]))
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= known


@pytest.mark.parametrize("name", SERVICES)
def test_every_variable_is_read(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= READ


def test_files_that_are_mounted_or_built_from_exist() -> None:
    for service in SERVICES.values():
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or source.startswith("$") or (DEPLOY / source).is_file()


def test_the_workspace_names_the_code_server() -> None:
    (origin,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text())["load_from"]
    server = origin["grpc_server"]
    assert f"--port {server['port']} " in SERVICES[server["host"]]["command"]


def test_nothing_is_open_to_others_and_the_api_has_a_token() -> None:
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert SERVICES["api"]["environment"]["NBA_API_TOKEN"].startswith("${NBA_API_TOKEN:?")
