"""Build the kernels in place, with the C compiler that Python itself was built with: ``python -m detector.native.build``.

The build of a wheel runs the same (hatch_build.py), so this module needs nothing but Python. Only the stable ABI of 3.11 is used: one binary
serves that version and all later ones.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
TARGET: Final = HERE / "_kernels.abi3.so"
# No fused multiply-add: results are equal to numpy's to the last bit.
FLAGS: Final = ("-O3", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-DNDEBUG", "-DPy_LIMITED_API=0x030B0000")


class NoCompilerError(RuntimeError):
    """The kernels could not be built. The message says why, in the compiler's words."""


def build(target: Path = TARGET) -> Path:
    """Compile the kernels to `target`. Raises NoCompilerError where that fails; nothing is left at `target` then."""
    target.unlink(missing_ok=True)
    link = shlex.split(sysconfig.get_config_var("LDSHARED") or "")
    if not link:
        raise NoCompilerError("this Python does not say which compiler made it")
    include = sysconfig.get_paths()["include"]
    if not Path(include, "Python.h").exists():
        raise NoCompilerError(f"the headers of Python are missing: {include}/Python.h")
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")  # a process that runs keeps the binary that it has loaded
    command = [*link, *FLAGS, f"-I{include}", *map(str, sorted((HERE / "src").glob("*.c"))), "-lm", "-o", str(unfinished)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600)
        if done.returncode:
            raise NoCompilerError(f"{shlex.join(command)} failed:\n{done.stderr[-2000:]}")
        unfinished.replace(target)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoCompilerError(str(error)) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return target


if __name__ == "__main__":
    try:
        print(build())
    except NoCompilerError as error:
        sys.exit(f"not built, the package runs without: {error}")
