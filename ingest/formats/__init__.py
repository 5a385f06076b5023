"""Files that are no PDF: text, web pages, mail, and what offices and publishers write."""
