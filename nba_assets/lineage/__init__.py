"""What a table reads: declarations, history windows, stamps, staleness and the graph of the tables."""
