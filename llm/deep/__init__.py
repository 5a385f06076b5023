"""Questions over many documents: several looks, one answer."""
