"""Tables in memory: typed, checked columns, stable hashes of their values, and how bad input is reported.

Nothing here knows basketball, files or Dagster.
"""
