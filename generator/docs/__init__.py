"""The pages and snippets of the documentation."""
