"""Users of the tenant as CSV: export and import."""
