"""The same in Milvus, for collections that several machines share."""
