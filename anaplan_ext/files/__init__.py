"""Files of a model as file objects: open, read, write."""
