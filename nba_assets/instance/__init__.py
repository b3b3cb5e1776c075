"""What the project adds to a Dagster instance: partition keys and an event log for long ranges.

What belongs here: the instance's own records. What does not: tables, sources, or which runs are due.
"""
