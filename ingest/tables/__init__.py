"""Tables, ruled or not: what stands in which cell, and which heads and labels it has."""
