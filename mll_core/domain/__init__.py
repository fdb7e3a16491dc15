"""The vocabulary: frozen values, the plug-in contracts, the errors; no input or output."""
