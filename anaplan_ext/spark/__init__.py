"""Exports of Anaplan in Spark and other engines: `spark.read.format("anaplan")`. Spark needs the extra `spark`.

All modules except `source` need only the extra `frames`, so that Dask and others read the same parts.
"""
