"""Pages and snippets of the documentation."""
