"""Estimators of our own, one per file: plain arrays and settings, or another library's format."""
