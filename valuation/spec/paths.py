"""Gives every value of a contract its path, and finds the values of a contract again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from valuation.spec.csv_rows import like
from valuation.spec.document import Document, Loc, dotted
from valuation.spec.expression import Comparison
from valuation.spec.model import SpecModel
from valuation.spec.quantity import BY_DEFAULT, NOWHERE, Dated, Quantity, Schedule, Switch


def bind(model: SpecModel, document: Document, loc: Loc = ()) -> None:
    """Sets the path of every quantity, date, switch and condition of a freshly read model, in place.

    A value that the file leaves out gets the provenance of a default. Called once, by the loader, before anybody else
    sees the model: from then on it is frozen.
    """
    for name, field in type(model).model_fields.items():
        below = (*loc, field.alias or name)
        # A value in short form, and the value of a long form, have the path of the whole.
        short = name in model.short_for and (name == "value" or not document.holds(below)) and document.holds(loc)
        here = loc if short else below
        written = name in model.model_fields_set
        model.__dict__[name] = _bound(getattr(model, name), document, here, written)


def _bound(value: Any, document: Document, loc: Loc, written: bool) -> Any:
    if isinstance(value, SpecModel):
        bind(value, document, loc)
        return value
    if isinstance(value, Schedule):
        steps = tuple(
            (day, _bound(quantity, document, loc if day is None else (*loc, day.isoformat()), written))
            for day, quantity in value.steps
        )
        return replace(value, steps=steps, path=dotted(loc), provenance=_origin(value, written))
    if isinstance(value, Comparison):
        return replace(value, path=dotted(loc), quantity=replace(value.quantity, path=dotted(loc)))
    if isinstance(value, (Quantity, Dated, Switch)):
        return replace(value, path=dotted(loc), provenance=_origin(value, written))
    if isinstance(value, dict):
        return like(value, {key: _bound(item, document, (*loc, key), written) for key, item in value.items()})
    if isinstance(value, tuple):
        return tuple(_bound(item, document, (*loc, position), written) for position, item in enumerate(value))
    return value


def _origin(value: Quantity | Dated | Switch | Schedule, written: bool) -> Any:
    return value.provenance if written or value.provenance != NOWHERE else BY_DEFAULT


def values(item: Any) -> Iterator[Quantity | Dated | Switch]:
    """Every quantity, date and switch below a model, in the order of the classes."""
    if isinstance(item, (Quantity, Dated, Switch)):
        yield item
    elif isinstance(item, SpecModel):
        for name in type(item).model_fields:
            yield from values(getattr(item, name))
    elif isinstance(item, Schedule):
        yield from item.quantities
    elif isinstance(item, dict):
        for inner in item.values():
            yield from values(inner)
    elif isinstance(item, tuple):
        for inner in item:
            yield from values(inner)


def quantities(item: Any) -> Iterator[Quantity]:
    """Every quantity below a model, in the order of the classes."""
    return (value for value in values(item) if isinstance(value, Quantity))
