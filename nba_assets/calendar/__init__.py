"""Game dates, seasons, time zones and tip-offs."""
