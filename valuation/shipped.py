"""Where the files that come with the package stand: the shipped contracts and workbook templates."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str, package: Path = _PACKAGE) -> Path:
    """The folder of files that ships with the package.

    An installed wheel carries it as `valuation/_data/<folder>`; a checkout, also an editable install, has it beside
    the package.

    Parameters
    ----------
    folder : `contracts` or `excel_templates`.
    package : folder of the package; given only by tests.

    Raises
    ------
    FileNotFoundError : when neither place has it; the message names both.
    """
    places = (package / "_data" / folder, package.parent / folder)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"no folder '{folder}': looked in {places[0]} and in {places[1]}; install valuate again")
