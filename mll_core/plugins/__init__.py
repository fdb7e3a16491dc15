"""One file = one thing a person can pick; plug-ins never import one another."""
