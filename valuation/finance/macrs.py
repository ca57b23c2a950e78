"""MACRS: what the United States let be written down of equipment, by tax year from the one it is put in service in."""

from __future__ import annotations

MACRS: dict[int, tuple[float, ...]] = {
    3: (0.3333, 0.4445, 0.1481, 0.0741),
    5: (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576),
    7: (0.1429, 0.2449, 0.1749, 0.1249, 0.0893, 0.0892, 0.0893, 0.0446),
    10: (0.1, 0.18, 0.144, 0.1152, 0.0922, 0.0737, 0.0655, 0.0655, 0.0656, 0.0655, 0.0328),
    15: (
        0.05, 0.095, 0.0855, 0.077, 0.0693, 0.0623, 0.059, 0.059,
        0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.059, 0.0591, 0.0295,
    ),
    20: (
        0.0375, 0.07219, 0.06677, 0.06177, 0.05713, 0.05285, 0.04888, 0.04522, 0.04462, 0.04461, 0.04462,
        0.04461, 0.04462, 0.04461, 0.04462, 0.04461, 0.04462, 0.04461, 0.04462, 0.04461, 0.02231,
    ),
}  # fmt: skip
"""Shares of the cost by recovery class [year]; each adds to 1. General system, half-year convention.

Source: IRS Publication 946 (How to Depreciate Property), Appendix A, Table A-1.
"""
