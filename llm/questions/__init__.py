"""What a question asks: its parts, times and names, and signs that nothing in the documents answers it."""
