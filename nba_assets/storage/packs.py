"""Packs: copies of many small objects of a bucket in one, so that one request reads what took hundreds.

A pack is a zip file without compression, whose members are named by object and version. A version of an
object never changes, so a pack cannot be out of date: it holds a version that is requested, or it does not.
Without its packs a lake is the same lake; they are made again from what is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

FOLDER = "_packs"  # an underscore: no reader of tables takes it for one
PAYS_FROM = 16  # objects for which one request for a pack is cheaper than one for each
_MADE = (1980, 1, 1, 0, 0, 0)  # no clock: the same objects give the same bytes


def pack(objects: Mapping[tuple[str, str], bytes]) -> bytes:
    """Bytes of a pack.

    Args:
        objects: bytes by name and version.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as members:
        for (name, version), data in sorted(objects.items()):
            members.writestr(zipfile.ZipInfo(f"{name}@{version}", _MADE), data)
    return whole.getvalue()


def unpack(data: bytes) -> dict[tuple[str, str], bytes]:
    """Objects of a pack, by name and version; none of a damaged one: the objects themselves are read then."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as members:
            return {_member(name): members.read(name) for name in members.namelist()}
    except zipfile.BadZipFile:
        return {}


def _member(text: str) -> tuple[str, str]:
    name, _, version = text.rpartition("@")
    return name, version
