"""Alerts: delivered or logged, said once, and never with a secret in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from pydantic import SecretStr

from nba_assets.automation.alerts import (
    AlertNotDeliveredError,
    Alerts,
)
from nba_assets.automation.sensors.alerts import AlertSensors
from nba_assets.definitions import build_defs
from nba_assets.instance.event_log import GroupCommitSqliteEventLogStorage
from nba_assets.settings import Settings
from nba_assets.sources.fetch.fetch_desk import FetchDesk
from nba_assets.sources.http.hosts import publishers
from nba_assets_tests.support import ladder
from nba_assets_tests.support.ladder import (
    BAD,
    FIRST,
    LAST,
    SOURCE,
)
from nba_assets_tests.support.refusing_event_log import RefusingEventLog
from nba_assets_tests.support.webhook import (
    TOKEN,
    Webhook,
)
from nba_assets_tests.support.workbench import Workbench, passing_instance

KEY = "0dds-k3y-of-nobody"
LOG = logging.getLogger("alerts")


@pytest.fixture
def messages() -> list[str]:
    return []


@pytest.fixture
def webhook(messages: list[str]) -> Iterator[Webhook]:
    server = Webhook(messages)
    yield server
    server.close()


def _settings(url: str | None, lake: str = "/nonexistent") -> Settings:
    hook = SecretStr(url) if url else None
    return Settings(alert_webhook=hook, odds_api_key=SecretStr(KEY), source="live", lake=lake)  # type: ignore[arg-type]


def test_a_message_reaches_the_webhook_without_secrets(
    webhook: Webhook, messages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    Alerts(_settings(webhook.url)).send(f"run failed at {webhook.url} with {KEY}", LOG)
    (message,) = messages
    for text in (message, caplog.text):
        assert "run failed" in text
        assert TOKEN not in text
        assert KEY not in text


def test_without_a_webhook_the_log_has_it(caplog: pytest.LogCaptureFixture) -> None:
    Alerts(_settings(None)).send(f"something is late {KEY}", LOG)
    assert "something is late" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("status", [404, 500, None])
def test_a_webhook_that_fails_is_an_error_without_its_address(
    status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    server = Webhook([], status or 200)
    if status is None:
        server.close()
    with caplog.at_level(logging.DEBUG), pytest.raises(AlertNotDeliveredError) as error:
        Alerts(_settings(server.url)).send("late", LOG)
    if status is not None:
        server.close()
    chain = f"{error.value!r} {error.value.__cause__!r} {error.value.__context__!r} {caplog.text}"
    assert str(status or "reached") in str(error.value)
    assert TOKEN not in chain


def test_settings_and_what_is_made_of_them_show_no_secret(webhook: Webhook) -> None:
    settings = _settings(webhook.url)
    definitions = build_defs(settings)
    shown = [
        repr(settings), str(settings), settings.model_dump_json(), repr(Alerts(settings)),
        repr(FetchDesk(settings)), repr(publishers(settings)), repr(definitions.resources),
        repr({name: getattr(one, "_config", one) for name, one in (definitions.resources or {}).items()}),
        repr([vars(job) for job in definitions.get_repository_def().get_all_jobs()]),
    ]  # fmt: skip
    for text in shown:
        assert KEY not in text
        assert TOKEN not in text


@pytest.fixture(params=[GroupCommitSqliteEventLogStorage, RefusingEventLog], ids=["ours", "as on Dagster+"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workbench]:
    with ladder.opened(tmp_path, instance=passing_instance(tmp_path / "instance", request.param)) as bench:
        yield bench


def test_a_failed_check_is_reported_once(bench: Workbench, webhook: Webhook, messages: list[str]) -> None:
    settings = _settings(webhook.url, bench.root)
    sensors = AlertSensors(settings, FetchDesk(settings), Alerts(settings))
    cursor: str | None = None

    def look() -> None:
        nonlocal cursor
        result = sensors.checks(dg.build_sensor_context(bench.instance, cursor))
        cursor = result.cursor if isinstance(result, dg.SensorResult) else cursor

    look()
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom"])
    look()
    look()
    (message,) = messages
    assert message.startswith("checks have failed: bottom coverage on " + BAD)
    SOURCE[BAD] = [1.0, 2.0]
    bench.run(BAD, names=["bottom"])
    look()
    assert len(messages) == 1


def test_what_failed_before_the_first_tick_is_history(
    bench: Workbench, webhook: Webhook, messages: list[str]
) -> None:
    SOURCE[BAD] = [1.0]
    bench.run(FIRST, LAST, ["bottom"])
    settings = _settings(webhook.url, bench.root)
    sensors = AlertSensors(settings, FetchDesk(settings), Alerts(settings))
    sensors.checks(dg.build_sensor_context(bench.instance, None))
    assert messages == []


@pytest.mark.parametrize(("partition", "where"), [(BAD, BAD), (None, "a range")])
def test_a_failed_run_is_reported_with_its_job_and_date(
    bench: Workbench, webhook: Webhook, messages: list[str], partition: str | None, where: str
) -> None:
    @dg.op
    def breaks() -> None:
        raise ValueError("no answer")

    @dg.job
    def nightly() -> None:
        breaks()

    settings = _settings(webhook.url)
    sensors = AlertSensors(settings, FetchDesk(settings), Alerts(settings))
    cursor = sensors.runs(dg.build_sensor_context(bench.instance)).cursor
    tags = {"dagster/partition": partition} if partition else {}
    run = nightly.execute_in_process(instance=bench.instance, raise_on_error=False, tags=tags)
    told_of = sensors.runs(dg.build_sensor_context(bench.instance, cursor))
    (message,) = messages
    assert message.startswith(f"run {run.run_id} of nightly on {where} has failed: ")
    assert "breaks" in message  # the step that failed
    again = sensors.runs(dg.build_sensor_context(bench.instance, told_of.cursor))
    assert len(messages) == 1
    assert again.skip_reason == dg.SkipReason("no run has failed since the last tick")
