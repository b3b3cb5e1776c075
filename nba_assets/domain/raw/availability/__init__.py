"""Who may play: injury reports, their statuses, and announced lineups."""
