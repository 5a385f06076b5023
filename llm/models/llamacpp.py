"""Chat models from a GGUF file, in this process: `llamacpp:<file.gguf>?n_ctx=8192&lora=<adapter.gguf>`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docent.llm.errors import AnswerError, ModelFailed
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.gguf import context_length
from docent.llm.models.openai_server import server_model
from docent.llm.models.spec import CONTEXT, ModelOptions, ModelSpec
from docent.retrieval import Once

if TYPE_CHECKING:
    import httpx
    from langchain_core.language_models import BaseChatModel

WIDEST = 8192  # tokens; a model may be able to read more, and then asks for gigabytes of memory
OPTIONS = ("n_ctx", "lora", "lora_scale", "gpu_layers", "threads", "max_tokens", "temperature")
_MISSING = (
    "the chat model llamacpp: needs the llamacpp extra: in Docent's folder run pip install -e '.[llamacpp]'.",
    "聊天模型 llamacpp: 需要安装 llamacpp 扩展：在 Docent 目录里运行 pip install -e '.[llamacpp]'。",
)


def llamacpp_model(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    """llama.cpp with the file's own chat template, loaded once, at the first question.

    It runs in this process and is spoken to on loopback with a key made for it, since that way it takes tools, too.
    """
    spec.allow(*OPTIONS)
    if not spec.rest:
        raise AnswerError("a llamacpp: model needs a file, as in llamacpp:/models/qwen3-4b-q4.gguf.")
    path = Path(spec.rest).expanduser()
    window = spec.whole("n_ctx", CONTEXT, least=64)
    if "n_ctx" not in spec.options and path.is_file():
        window = min(context_length(path) or CONTEXT, WIDEST)
    adapter = _adapter(spec)
    known = server_model(spec.only("max_tokens", "temperature"), options, path.stem, "http://127.0.0.1/v1")
    engine = Once(lambda: _Engine(path, window, adapter, spec))

    def load() -> BaseChatModel:
        one = engine()
        keyed = replace(options, api_key=one.key)
        return server_model(spec.only("max_tokens", "temperature"), keyed, path.stem, f"{one.url}/v1").load()

    return replace(
        known, load=Once(load), host="", context_tokens=window, count_tokens=lambda text: engine().count(text)
    )


def _adapter(spec: ModelSpec) -> tuple[Path, float] | None:
    if "lora" not in spec.options:
        return None
    return Path(spec.options["lora"]).expanduser(), spec.number("lora_scale", 1.0)


class _Engine:
    """llama.cpp with a model; freed with its memory when nothing refers to it any more."""

    def __init__(self, path: Path, window: int, adapter: tuple[Path, float] | None, spec: ModelSpec) -> None:
        try:
            import xllamacpp
        except ImportError as error:
            raise ModelFailed(*_MISSING) from error
        context_length(path)  # says what is wrong with the file, which llama.cpp does not
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.model_alias = {path.stem}
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        self.key = secrets.token_urlsafe(32)
        params.api_keys = [self.key]
        params.ui = False
        params.n_ctx = window
        params.n_parallel = 1
        params.warmup = False
        params.verbosity = -1
        params.cache_ram_mib = 256
        if "gpu_layers" in spec.options:
            params.n_gpu_layers = spec.whole("gpu_layers", 0, least=0)
        if "threads" in spec.options:
            params.cpuparams.n_threads = spec.whole("threads", 1)
        if adapter:
            context_length(adapter[0])
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter[0]), adapter[1])]
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelFailed(
                f"llama.cpp cannot load {path.name}: the file may be damaged, too new for it, or too large for the"
                f" memory; a smaller ?n_ctx= than {window} takes less.",
                f"llama.cpp 加载不了 {path.name}：文件已损坏、版本过新，或内存不足；可把 ?n_ctx= 调到 {window} 以下。",
            ) from error
        self.url = self._server.listening_address
        self._client = Once(self._connect)

    def _connect(self) -> httpx.Client:
        import httpx

        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, trust_env=False)

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._client().post("/tokenize", json={"content": text}).json()["tokens"])
