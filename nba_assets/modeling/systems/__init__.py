"""Prediction systems: baselines, hand-made rules, learned models and the ensemble."""
