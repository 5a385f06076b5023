"""Text in pictures: which pages and pictures are read by OCR, and how."""
