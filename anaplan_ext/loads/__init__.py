"""Load files by a process or an import: names, checks, uploads, one report."""
