"""Specifications that try to break what is generated from them."""
