"""The kinds of chat models, with what each needs, for whoever chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class ModelKind:
    """`form` is how a spec looks, `where` it runs in words, `needs` are modules, and `install` is what brings them."""

    kind: str
    form: str
    where: str
    needs: tuple[str, ...] = ()
    install: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether all that it needs is there; nothing is imported."""
        return all(find_spec(one) is not None for one in self.needs)


MODEL_KINDS = (
    ModelKind("extractive", "extractive", "here, without a model"),
    ModelKind("openai", "openai:<model>@<base url>", "at that address", ("langchain_openai",)),
    ModelKind("ollama", "ollama:<model>[@<url>]", "where Ollama runs", ("langchain_openai",)),
    ModelKind(
        "llamacpp", "llamacpp:<file.gguf>?n_ctx=8192", "in this process", ("xllamacpp",), "pip install -e '.[llamacpp]'"
    ),
    ModelKind(
        "hf", "hf:<name or folder>[+lora:<folder>]", "in this process", ("transformers", "torch", "peft"),
        "pip install -e '.[models]'",
    ),
    ModelKind("langchain", "langchain:<provider>:<model>", "at the provider's, mostly", ("langchain",)),
    ModelKind("echo", "echo:", "here, for tests"),
)  # fmt: skip
