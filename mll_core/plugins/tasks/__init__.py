"""Tasks: what can be asked of rows."""
