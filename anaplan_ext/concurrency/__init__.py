"""What truly differs between the asynchronous and the synchronous client, as a pair of modules with the same names."""
