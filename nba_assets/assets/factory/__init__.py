"""From the declaration of a table to an asset: compute, judge, write and report the dates of a run.

What belongs here: what every table shares. What does not: anything about one table (the files beside it).
"""
