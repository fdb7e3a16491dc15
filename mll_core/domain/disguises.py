"""What stands for "missing" without being it, in files."""

MARKS = ("", "?", "n/a", "#n/a", "<na>", "nan", "null", "(null)", "nil", "-", "--", ".", "missing")
"""Texts that mean nothing else, in small letters and without blanks around them."""
WORDS = ("na", "none", "unknown", "unk", "undefined", "not known", "not available", "error", "tbd")
"""Texts that may be a value of their own: NA may be a province."""
CODES = (-1, -9, -99, -999, -9999, 99, 999, 9999, 99_999, 999_999)
"""Numbers that may be a code for missing, where they stand apart from the others."""
