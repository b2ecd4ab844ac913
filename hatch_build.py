"""Builds the compiled kernels into the wheel where a compiler is there; without one the wheel is pure Python, slower and equal in results."""

from __future__ import annotations

import importlib.util
import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KernelsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel, editable or not, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        spec = importlib.util.spec_from_file_location("build_kernels", Path(self.root, "detector", "native", "build.py"))
        assert spec is not None and spec.loader is not None
        kernels = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(kernels)
        if os.environ.get("DETECTOR_PURE_PYTHON"):
            kernels.TARGET.unlink(missing_ok=True)
            return
        try:
            kernels.build()
        except kernels.NoCompilerError as error:
            self.app.display_warning(f"The compiled kernels were not built, the package runs without them, slower. {error}")
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"cp311-abi3-{platform}"
