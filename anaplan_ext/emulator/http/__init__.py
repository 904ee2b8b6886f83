"""HTTP: the server, its routes, parsing of requests, and responses."""
