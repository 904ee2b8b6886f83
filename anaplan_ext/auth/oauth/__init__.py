"""Sign in by OAuth: the settings, and the decisions of its flows. The flows are in `auth/_async/oauth_source.py`."""
