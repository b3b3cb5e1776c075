"""Models as assets: what is fitted or weighed for a date, on rows before it."""
