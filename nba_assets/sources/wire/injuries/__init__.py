"""Injury reports, from the pages of the PDF to rows."""
