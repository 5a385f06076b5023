"""Whether what is said is what the passages say: numbers, names, negation, meaning."""
