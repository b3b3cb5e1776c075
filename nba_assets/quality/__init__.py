"""Coverage: what a date must hold before other tables may read it."""
