"""Questions that lean on those before them, written out in full."""
