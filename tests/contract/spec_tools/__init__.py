"""The specifications through the linters and generators of others."""
