"""The page of a model: one file, so that it can be sent to somebody."""

from __future__ import annotations

from importlib.resources import files

from nba_assets.publish.site.renderer import environment
from nba_assets.reports.models.report import ModelReport


def render_model_report(report: ModelReport) -> str:
    """A model's report as HTML that loads nothing from elsewhere."""
    style = files("nba_assets.publish.site").joinpath("static/site.css").read_text()
    return environment().get_template("model_report.html.j2").render(report=report, style=style)
