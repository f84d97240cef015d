"""The class that an engine's folder holds, ours or one from outside."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any


def engine_class(folder: Path) -> type[Any]:
    """`Engine` of its `engine.py`. Raises whatever the import raises."""
    if folder.parent == Path(__file__).resolve().parent:
        module = importlib.import_module(f"engines.{folder.name}.engine")
    else:
        module = _module_outside(folder / "engine.py")
    found: type[Any] = module.Engine
    return found


def _module_outside(path: Path) -> Any:
    """An `engine.py` that is not in our `engines` package, imported once."""
    name = "engine_of_this_worker"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
