"""``python -m detector``: the command line."""

from __future__ import annotations

from detector.cli import main

if __name__ == "__main__":
    main(prog_name="detector")
