"""What a date must hold before it feeds others, and who may pass."""
