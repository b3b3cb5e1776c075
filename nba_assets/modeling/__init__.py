"""Fitting, storing, predicting, grading and evaluating points models: frames in, frames out.

Belongs here: baselines, training, artefacts, prediction rows, grading, evaluation.
Does not: Dagster, the lake, the environment, the clock (times are passed in), and how a feature is computed.
"""
