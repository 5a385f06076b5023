"""Files on their way into a collection: synced or uploaded, read in processes of their own, queued."""
