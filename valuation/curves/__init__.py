"""Curves from what markets quote: forward prices by month, discount factors, the growth of an index. Pure maths."""
