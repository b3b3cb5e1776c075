"""Unpacking what others have packed, up to a size: a few kilobytes of gzip can hold gigabytes."""

from __future__ import annotations

import zlib

MOST_BYTES = 512 * 2**20  # a season's shot chart is a tenth of it


def gunzip(packed: bytes, most_bytes: int = MOST_BYTES) -> bytes:
    """Contents of one whole gzip stream.

    Raises:
        ValueError: no gzip, a broken or unfinished one, bytes after its end, or more than ``most_bytes``.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, most_bytes + 1)
    except zlib.error as error:
        raise ValueError(f"no gzip: {error}") from error
    if len(content) > most_bytes:
        raise ValueError(f"more than {most_bytes} bytes unpacked")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("gzip that ends too early" if not unpacker.eof else "gzip with bytes after its end")
    return content
