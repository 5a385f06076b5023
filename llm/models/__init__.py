"""Chat models: what kinds there are, how each is loaded and asked, and what goes wrong with one."""
