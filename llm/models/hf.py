"""Chat models of transformers: `hf:<name or folder>[+lora:<folder>]?load=4bit`. Nothing is fetched, only loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docent.llm.errors import AnswerError
from docent.llm.models.chat_model import ChatModel
from docent.llm.models.gguf import context_length
from docent.llm.models.hf_engine import HfEngine, HfSpec
from docent.llm.models.spec import CONTEXT, REPLY_TOKENS, ModelOptions, ModelSpec
from docent.retrieval import Once

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

WIDEST = 8192  # tokens, unless ?context= says more: attention over more takes gigabytes
SEQ2SEQ_CONTEXT = 512  # what T5 was trained on; its own limit is none
NO_LIMIT = 1_000_000  # transformers writes 10^30 where a tokenizer has no limit of its own
OPTIONS = (
    "context", "max_tokens", "temperature", "load", "dtype", "device", "gguf", "trust_remote_code",
)  # fmt: skip
_DTYPES = ("auto", "float32", "bfloat16", "float16")


def hf_model(spec: ModelSpec, options: ModelOptions) -> ChatModel:
    """A causal or a seq2seq model, with an adapter of PEFT if one is named: LoRA, prefix, prompt or p-tuning."""
    spec.allow(*OPTIONS)
    name, _, adapter = spec.rest.partition("+lora:")
    if not name:
        raise AnswerError("an hf: model needs a name or a folder, as in hf:Qwen/Qwen3-0.6B or hf:./my-model.")
    where = str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
    gguf = spec.options.get("gguf", "")
    window = spec.whole("context", _window(where, gguf), least=64)
    max_tokens = spec.whole("max_tokens", min(REPLY_TOKENS, window // 2))
    bits = int(spec.choice("load", ("0bit", "4bit", "8bit"))[0])
    told = HfSpec(
        name=where, adapter=str(Path(adapter).expanduser()) if adapter else "", gguf=gguf, bits=bits,
        dtype=spec.choice("dtype", _DTYPES), device=spec.options.get("device", "auto"),
        trust=spec.flag("trust_remote_code"), window=window, max_tokens=max_tokens,
        temperature=spec.number("temperature", 0.0),
    )  # fmt: skip
    engine = Once(lambda: HfEngine(told))

    def load() -> BaseChatModel:
        from docent.llm.models.hf_chat import HfChatModel

        return HfChatModel(engine=engine())

    return ChatModel(
        name=Path(name).name if Path(where).is_dir() else name,
        load=Once(load),
        context_tokens=window,
        count_tokens=lambda text: engine().count(text),
        timeout=options.timeout,
    )


def _window(name: str, gguf: str) -> int:
    """What the files say, without loading the model."""
    folder = _folder(name)
    if folder is None:
        return CONTEXT
    if gguf:
        path = folder / gguf
        return min((context_length(path) if path.is_file() else None) or CONTEXT, WIDEST)
    config = _json(folder / "config.json")
    inner = config.get("text_config")
    config = {**config, **inner} if isinstance(inner, dict) else config
    keys = ("max_position_embeddings", "n_positions", "seq_length", "model_max_length")
    limits = [config.get(key) for key in keys] + [_json(folder / "tokenizer_config.json").get("model_max_length")]
    known = [int(one) for one in limits if isinstance(one, int | float) and 0 < one < NO_LIMIT]
    usual = SEQ2SEQ_CONTEXT if config.get("is_encoder_decoder") else CONTEXT
    return min(min(known, default=usual), WIDEST)


def _folder(name: str) -> Path | None:
    """A folder, or where the hub's client keeps what it has fetched."""
    if Path(name).is_dir():
        return Path(name)
    try:
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError
    except ImportError:
        return None
    try:
        found = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # loading says what is wrong with it
    return found if isinstance(found, dict) else {}
