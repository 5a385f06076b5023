"""Parts of bench/citations.py: true sentences, light paraphrases of them, and faults put into them."""
