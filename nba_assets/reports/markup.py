"""Pages and pictures as text: strict templates, and a picture that a page holds in itself."""

from __future__ import annotations

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment(package: str) -> Environment:
    """Templates of a package; every value is escaped, and a name that a template does not get is an error."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def data_uri(picture: bytes, kind: str = "png") -> str:
    """An address that holds a picture, ``png`` or ``svg+xml``: a page needs nothing from elsewhere."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
