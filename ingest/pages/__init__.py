"""Pages of a PDF: from what MuPDF finds to blocks in the order they are read."""
