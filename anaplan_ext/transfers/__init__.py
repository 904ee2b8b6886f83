"""Files: chunked uploads and downloads."""
