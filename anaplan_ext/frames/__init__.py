"""Turn the CSV of Anaplan into frames and Parquet, and frames into CSV."""
