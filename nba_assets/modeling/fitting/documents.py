"""Models that are one JSON document of ours, named by its bytes: ensembles and the minutes model."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from nba_assets.modeling.fitting.artefacts import (
    REMEDY,
    SHORT_HASH_DIGITS,
    ArtefactError,
    ArtefactStore,
    model_name,
    read,
)

Content = TypeVar("Content", bound=BaseModel)


def save_document(
    content: BaseModel, system: str, trained_through: date, store: ArtefactStore
) -> tuple[str, str]:
    """Store a model: its id, `{system}_{trained_through}_{short hash}`, and the SHA-256 of the bytes."""
    data = json.dumps(content.model_dump(mode="json"), sort_keys=True, indent=1, allow_nan=False).encode()
    digest = hashlib.sha256(data).hexdigest()
    model_id = f"{system}_{trained_through.isoformat()}_{digest[:SHORT_HASH_DIGITS]}"
    store.write(model_name(model_id), data)
    return model_id, digest


def load_document(kind: type[Content], store: ArtefactStore, model_id: str) -> Content:
    """A stored model of a kind. Raises ArtefactError when it is absent, damaged or of another version."""
    name = model_name(model_id)
    data = read(store, name)
    if not model_id.endswith(hashlib.sha256(data).hexdigest()[:SHORT_HASH_DIGITS]):
        raise ArtefactError(f"{store.root}/{name} is damaged: its bytes are not those of its name; {REMEDY}")
    try:
        return kind(**json.loads(data))
    except ValidationError as error:
        raise ArtefactError(f"{store.root}/{name} is a model of another version; {REMEDY}") from error
