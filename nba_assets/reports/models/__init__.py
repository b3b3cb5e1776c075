"""Pictures, pages and experiments about models."""
