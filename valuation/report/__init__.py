"""The result as text, JSON and workbook."""
