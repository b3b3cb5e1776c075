"""The read-only HTTP API over the published documents."""
