"""Parts of the bench of load."""
