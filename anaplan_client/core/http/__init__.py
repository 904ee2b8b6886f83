"""Requests and responses on the wire: the API client, response checks, connections, TLS and proxies."""
