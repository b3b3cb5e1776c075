"""Features of a date judged by themselves: values, coverage, drift and leaks."""
