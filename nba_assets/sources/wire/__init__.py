"""Pure parsers: from one untouched wire document to rows of the raw tables.

What belongs here: one small module a feed; bytes in, frames out. What does not: HTTP, landing, Dagster,
what a row means beyond its feed (domain/).

Every parser either returns rows that hold the table's schema or raises ``BadInput``; nothing else escapes,
whatever the document contains. What it leaves out on purpose (exhibitions, period markers, ...) is counted in
``Parsed.notes``; a game that is wrong while its neighbours are right is in ``Parsed.problems``.
"""
