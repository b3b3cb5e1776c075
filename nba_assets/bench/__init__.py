"""What only developers run: benchmarks, experiments with leaks, known answers of the archive."""
