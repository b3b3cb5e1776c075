"""Commands that find and mend: stale partitions, the ledger, the landing zone, a lake as a whole."""
