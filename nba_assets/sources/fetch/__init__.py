"""Fetching: which documents a date needs, and getting them into the landing zone."""
