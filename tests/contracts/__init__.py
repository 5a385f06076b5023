"""Contract suites: each seam's promises, written once and subclassed for every implementation."""
