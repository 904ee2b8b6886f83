"""Serve the emulator over HTTP: the server, its routes, and how requests are read and responses written."""
