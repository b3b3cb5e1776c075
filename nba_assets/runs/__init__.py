"""Launching tables from this process: which ones, one run over a range, and what it did in words."""
