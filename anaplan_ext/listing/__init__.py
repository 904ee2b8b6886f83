"""Listings: pages, sort orders, and the endpoints that give them."""
