"""Templates and how they are filled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment

from nba_assets.publish.contract.slate import Prediction
from nba_assets.publish.site.scales import plain_number
from nba_assets.publish.site.text import FILTERS, line, percent, points
from nba_assets.reports import markup

PAGES = (
    ("slate", "index.html", "Tonight"),
    ("players", "players.html", "Players"),
    ("dates", "dates.html", "Dates"),
    ("models", "models.html", "Models"),
    ("coverage", "coverage.html", "Coverage"),
)


@cache
def environment() -> Environment:
    """The templates, with what all of them may use."""
    found = markup.environment("nba_assets.publish.site")
    found.filters |= FILTERS | {"number": plain_number}
    found.globals |= {"distribution_label": distribution_label, "pages": PAGES}
    return found


@dataclass(frozen=True)
class Renderer:
    """Fills the templates of the site's pages.

    Attributes:
        latest: newest date published, named at the foot of every page.
    """

    latest: dt.date

    def render(self, template: str, *, depth: int = 0, current: str = "", **values: Any) -> bytes:
        """A page.

        Args:
            template: name of the template.
            depth: folders between the page and the root of the site.
            current: page of the navigation that it is.
            **values: what the template shows.
        """
        page = environment().get_template(f"{template}.html.j2")
        return page.render(root="../" * depth, current=current, latest=self.latest, **values).encode()


def distribution_label(prediction: Prediction, book: float | None, actual: float | None) -> str:
    """A row's chart in words, for those who do not see it."""
    parts = [f"predicted {points(prediction.predicted_points)} points"]
    if prediction.low_80 is not None:
        parts.append(f"80 % between {points(prediction.low_80, 0)} and {points(prediction.high_80, 0)}")
    if book is not None:
        parts.append(f"line {line(book)}")
    if prediction.prob_over is not None:
        parts.append(f"{percent(prediction.prob_over)} over")
    if actual is not None:
        parts.append(f"scored {line(actual)}")
    return ", ".join(parts)
