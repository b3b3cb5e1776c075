"""A synthetic league: written as an archive, or played live behind a local server.

Its rows have `source = simulated` and never mix with real ones.
"""
