"""Decode JSON into models, and validate the values of requests."""
