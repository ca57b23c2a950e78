"""What the commands of the command line share."""

from __future__ import annotations

from typing import Any

import click


class Told(click.Command):
    """A command whose sentence in the list of commands is never cut: a long one wraps."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its first sentence."""
        return super().get_short_help_str(max(limit, 200))


class Count(click.IntRange):
    """A whole number within bounds; what is none is told in plain words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            mended = _whole(str(value))
            if mended is None and not str(value).lstrip("+-").isdigit():
                self.fail(f"'{value}' is not a whole number, write for example 100000", param, ctx)
            if mended is not None:
                self.fail(f"'{value}' is not written as a whole number, write {mended}", param, ctx)
            raise error


def _whole(text: str) -> int | None:
    """The whole number that a text such as `1e5` or `100,000` means; None for one that is written so, or for none."""
    if text.lstrip("+-").isdigit():
        return None
    try:
        number = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return int(number) if abs(number) < 2**63 and number == int(number) else None
