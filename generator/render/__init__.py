"""Render the package of one specification with openapi-python-client and templates."""
