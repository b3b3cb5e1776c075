"""What bookmakers offer: spreads and totals of games, lines and prices of players."""
