"""The lake's tables in BigQuery, for people who ask in SQL.

What belongs here: types, statements and loads. What does not: what is published otherwise, and when
(assets/bigquery.py).
"""
