"""Resources in bulk: files in (JSON Lines, CSV, XLSX) by one table of columns, and files out that can come in again."""
