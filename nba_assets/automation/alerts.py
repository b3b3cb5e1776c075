"""Alerts: a message to a webhook as Slack takes it, or to the log where none is configured."""

from __future__ import annotations

import json
import logging

import httpcore
from pydantic import SecretStr

from nba_assets.settings import Settings
from nba_assets.sources.http.redaction import Redactor

_SECONDS = 10.0


class AlertNotDeliveredError(RuntimeError):
    """The webhook rejected a message; the text gives the reason and holds no address."""


class Alerts:
    """Where messages go."""

    def __init__(self, settings: Settings):
        self._webhook = settings.alert_webhook
        self._redactor = Redactor([s for s in (settings.alert_webhook, settings.odds_api_key) if s])

    def __repr__(self) -> str:
        return "Alerts()"

    def send(self, text: str, log: logging.Logger, level: int = logging.ERROR) -> None:
        """Deliver a message; the log has it in any case.

        Raises:
            AlertNotDeliveredError: the webhook did not take it.
        """
        clean = self._redactor.text(text)
        log.log(level, clean)
        if self._webhook is not None and (problem := _post(self._webhook, clean)):
            # Raised outside any handler: nothing with the address in it is chained to it.
            raise AlertNotDeliveredError(self._redactor.text(problem))


def _post(webhook: SecretStr, text: str) -> str | None:
    """What went wrong with a delivery, if anything did."""
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
    try:
        answer = httpcore.request(
            "POST",
            webhook.get_secret_value(),
            headers={"Content-Type": "application/json"},
            content=json.dumps({"text": text}).encode(),
            extensions={"timeout": timeouts},
        )
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        return f"the alert webhook cannot be reached: {type(error).__name__}"
    except httpcore.UnsupportedProtocol:
        return "the alert webhook is no http address"
    return None if answer.status < 300 else f"the alert webhook answered with status {answer.status}"
