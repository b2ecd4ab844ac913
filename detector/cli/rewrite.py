"""A page on disk replaced by its cleaned form: never half written, and never without the page as it was beside it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.sources import Document


class RewriteError(Exception):
    """A page that cannot be rewritten. The message names it and says what to do."""


def rewrite(document: Document, cleaned: bytes) -> Path:
    """Replace the file of a document; give the path of the copy of it as it was. Raises RewriteError, the page then being untouched."""
    path = Path(document.name)
    if not path.is_file():
        raise RewriteError(f"{document.name}: --in-place rewrites files only; use --diff or --output for this page")
    path = path.resolve()  # of a link, the file it leads to is rewritten, and the link stays
    backup = path.with_name(path.name + ".orig")
    try:
        if path.read_bytes() != document.content:  # changed since, or another file whose name looks the same when printed
            raise RewriteError(f"{document.name}: the file is not the one that was read, try again")
        if backup.exists():
            raise RewriteError(f"{backup} exists and is not overwritten; move it away first")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(cleaned)
            shutil.copystat(path, temporary)
            os.utime(temporary)  # mode and attributes are kept; the time says that the page changed
            shutil.copy2(path, backup)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RewriteError(f"{document.name}: cannot be rewritten ({error.strerror}); check the permissions of its folder") from None
    return backup
