"""What the project adds to a Dagster instance: its event log storage and its configuration.

The only package that may use private parts of Dagster, and only to be faster.
"""
