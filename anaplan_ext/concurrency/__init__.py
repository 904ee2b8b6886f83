"""Primitives that differ between the asynchronous and synchronous clients: two modules with the same names."""
