"""The lake: partition files, object stores and caches.

Nothing here knows basketball or Dagster.
"""
