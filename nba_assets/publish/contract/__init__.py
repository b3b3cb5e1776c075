"""The public contract, version 1: one pydantic model per document, with the JSON Schema derived from it."""
