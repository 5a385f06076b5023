"""HTTP: the server, what guards it, and its doors: REST, OpenAI, MCP."""
