"""Docent: answers from your own documents, each with the lines that prove it.

`create_chain`, `create_retriever` and `create_tool` give LangChain parts, `open_library` everything else.
"""

from __future__ import annotations

from pkgutil import extend_path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docent.app import Library, Settings, create_chain, create_retriever, create_tool, open_library

# In a checkout this folder holds the facade alone; the rest may be installed elsewhere (`pip install .`).
__path__ = extend_path(__path__, __name__)

__version__ = "0.1.0"
__all__ = ["Library", "Settings", "create_chain", "create_retriever", "create_tool", "open_library"]


def __getattr__(name: str) -> Any:
    """Load on first use: importing `docent` alone costs nothing."""
    if name in __all__:
        from docent import app

        return getattr(app, name)
    raise AttributeError(f"module 'docent' has no attribute {name!r}")
