"""What strangers see: published JSON and its contract, the pages made from it, the API that serves it.

Belongs here: turning stored tables into documents, storing them, showing them. Does not: computing any number
that a table could hold.
"""
