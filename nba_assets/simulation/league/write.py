"""The folder a simulation writes: staging, the marker that claims it, parquet with fixed settings."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MARKER = "SIMULATED.json"
_STAGING = ".simulating"
_ROW_GROUP = 131_072


class SimulatedFolder:
    """Collects parquet files in a staging folder and moves them into place when all are written."""

    def __init__(self, out: Path) -> None:
        """Claim ``out``.

        Raises:
            ValueError: it is no folder, or it holds parquet files that no simulation wrote.
        """
        if out.exists() and not out.is_dir():
            raise ValueError(f"{out} is not a folder")
        self._out = out
        self._old = _files_of(out)
        foreign = sorted(set(_parquet_in(out)) - set(self._old))
        if foreign:
            raise ValueError(
                f"{out} holds {len(foreign)} parquet file(s) that simulate did not write ({foreign[0]}): "
                "choose another folder"
            )
        self._staging = out / _STAGING
        if self._staging.exists():
            shutil.rmtree(self._staging)
        self._staging.mkdir(parents=True)
        self.rows: dict[str, int] = {}

    def write(self, name: str, pieces: list[pa.Table]) -> None:
        """Stage one file from its pieces, in their order; no pieces, no file."""
        if not pieces:
            return
        table = pa.concat_tables(pieces)
        path = self._staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)
        self.rows[name] = table.num_rows

    def publish(self, arguments: Mapping[str, Any]) -> None:
        """Replace the former simulation by the staged files.

        The marker names the files before they arrive and is ``complete`` after: a run that breaks in
        between leaves a folder that the next run may still claim.
        """
        files = sorted(self.rows)
        self._mark(arguments, sorted({*files, *self._old}), complete=False)
        for name in self._old:
            (self._out / name).unlink(missing_ok=True)
        for name in files:
            target = self._out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._staging / name).replace(target)
        shutil.rmtree(self._staging)
        self._mark(arguments, files, complete=True)

    def _mark(self, arguments: Mapping[str, Any], files: list[str], complete: bool) -> None:
        marker = {"source": "simulated", "arguments": dict(arguments), "complete": complete, "files": files}
        temporary = self._out / f".{MARKER}.tmp"
        temporary.write_text(json.dumps(marker, indent=2, sort_keys=True) + "\n")
        temporary.replace(self._out / MARKER)


def _files_of(out: Path) -> list[str]:
    """Return the files a former simulation wrote into a folder."""
    marker = out / MARKER
    if not marker.exists():
        return []
    try:
        return [str(name) for name in json.loads(marker.read_text())["files"]]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{marker} is not a marker of simulate: {error!r}") from error


def _parquet_in(out: Path) -> list[str]:
    if not out.exists():
        return []
    found = (p.relative_to(out) for p in out.rglob("*.parquet"))
    return [p.as_posix() for p in found if p.parts[0] != _STAGING]
