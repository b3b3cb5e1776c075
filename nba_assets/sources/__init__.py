"""Where raw rows come from: one interface, several implementations."""
