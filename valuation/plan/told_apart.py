"""Words that tell rows of a plan apart which have the same label."""

from __future__ import annotations

from collections.abc import Hashable, Mapping


def told_apart(shown: Mapping[str, Hashable]) -> dict[str, str]:
    """Words that tell rows apart which a reader would see under one label: what their names do not share. One of them
    may need none, as the sum of parts that are numbered.

    Parameters
    ----------
    shown : by the name of a row, all that a reader sees of it.
    """
    alike: dict[Hashable, list[str]] = {}
    for name, seen in shown.items():
        alike.setdefault(seen, []).append(name)
    found = dict[str, str]()
    for names in alike.values():
        if len(names) > 1:
            parts = [name.split(".") for name in names]
            shared = set.intersection(*map(set, parts))
            own = [[part for part in of_name if part not in shared] for of_name in parts]
            firsts = [of_name[:1] for of_name in own]
            words = firsts if _differ(firsts) else own if _differ(own) else parts
            found |= dict(zip(names, map(_spoken, _without_shared_start(words)), strict=True))
    return found


def _differ(names: list[list[str]]) -> bool:
    return len({tuple(parts) for parts in names}) == len(names)


def _without_shared_start(names: list[list[str]]) -> list[list[str]]:
    """``repayment_1`` and ``repayment_2`` are 1 and 2."""
    if any(len(parts) != 1 for parts in names):
        return names
    words = [parts[0].split("_") for parts in names]
    most = min(map(len, words)) - 1
    shared = next((k for k in range(most) if len({of_name[k] for of_name in words}) > 1), most)
    return [["_".join(of_name[shared:])] for of_name in words]


def _spoken(parts: list[str]) -> str:
    return ", ".join(_WORDS.get(part, part.replace("_", " ")) for part in parts)


_WORDS = {"kept": "the rest"}
"""Of a cost, what no tenant pays."""
