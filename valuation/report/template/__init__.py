"""A company's own workbook, filled by defined name: only the cells that are filled change, nothing is read and saved
again by a program that would lose what it does not know."""
