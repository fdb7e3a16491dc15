"""Samples that come with the workbench: generated from fixed seeds, or bundled with libraries."""
