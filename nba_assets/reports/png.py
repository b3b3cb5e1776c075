"""A figure as PNG, and a PNG inside a page or an asset's metadata."""

from __future__ import annotations

import base64
import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def png(figure: Figure) -> bytes:
    """The figure in its own resolution, the same bytes for the same drawing: no clock, no version inside."""
    file = io.BytesIO()
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return file.getvalue()


def data_uri(picture: bytes) -> str:
    """An address that holds the PNG itself: a page needs nothing from elsewhere."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
