"""What finds chunks, derived from the database and caught up from it: words by tantivy, vectors by FAISS."""
