"""How good answers are: measured on questions, compared, and shown."""
