"""Ways of making one answer of several models': one file each, found by folder."""
