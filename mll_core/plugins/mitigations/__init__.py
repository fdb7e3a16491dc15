"""Ways to be fairer to groups: one file each, found by folder."""
