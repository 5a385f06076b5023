"""A transformers model in this process: loaded with its tokenizer and adapter, generating piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from docent.llm.errors import ModelFailed

if TYPE_CHECKING:
    import torch

MISSING = (
    "the chat model hf: needs the models extra: in Docent's folder run pip install -e '.[models]'.",
    "聊天模型 hf: 需要安装 models 扩展：在 Docent 目录里运行 pip install -e '.[models]'。",
)


@dataclass(frozen=True, slots=True)
class HfSpec:
    """What to load and how. `name` is a folder or a name on the hub; `window` and `max_tokens` are in tokens."""

    name: str
    adapter: str = ""
    gguf: str = ""
    bits: int = 0
    dtype: str = "auto"
    device: str = "auto"
    trust: bool = False
    window: int = 0
    max_tokens: int = 512
    temperature: float = 0.0


class HfEngine:
    """Model and tokenizer. Raises ModelFailed where they cannot be loaded. One text is generated at a time."""

    def __init__(self, spec: HfSpec) -> None:
        try:
            import torch
            import transformers
        except ImportError as error:
            raise ModelFailed(*MISSING) from error
        self._spec = spec
        self._lock = threading.Lock()
        self._device = _device(spec, torch)
        files: dict[str, Any] = {"local_files_only": True, "trust_remote_code": spec.trust}
        if spec.gguf:
            files["gguf_file"] = spec.gguf
        try:
            config = transformers.AutoConfig.from_pretrained(spec.name, **files)
            self.is_seq2seq = bool(config.is_encoder_decoder)
            self.tokenizer: Any = transformers.AutoTokenizer.from_pretrained(spec.name, **files)
            kind = transformers.AutoModelForSeq2SeqLM if self.is_seq2seq else transformers.AutoModelForCausalLM
            model: Any = kind.from_pretrained(spec.name, **files, **_placing(spec, self._device))
            if spec.adapter:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, spec.adapter, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise _unloadable(spec, error) from error
        self._model: Any = model if spec.bits or hasattr(model, "hf_device_map") else model.to(self._device)
        self._model.eval()

    def count(self, text: str) -> int:
        """Tokens of a text, without special ones."""
        return len(self.tokenizer.encode(text, add_special_tokens=False))

    def stream(self, messages: Sequence[dict[str, str]]) -> Iterator[str]:
        """What comes after these messages, each `{"role", "content"}`. Closing it ends the generation."""
        inputs = self._inputs(messages)
        pieces: SimpleQueue[str | None] = SimpleQueue()
        errors: list[Exception] = []
        is_unwanted = threading.Event()

        def generate() -> None:
            try:
                with self._lock:
                    self._generate(inputs, pieces, is_unwanted)
            except (RuntimeError, ValueError, TypeError, IndexError) as error:  # memory, positions, odd architectures
                errors.append(error)
            finally:
                pieces.put(None)

        threading.Thread(target=generate, daemon=True, name="docent-generate").start()
        try:
            while (piece := pieces.get()) is not None:
                yield piece
        finally:
            is_unwanted.set()
        if errors:
            line = _first_line(errors[0])
            raise ModelFailed(
                f"the model {self._spec.name} broke off ({line}).", f"模型 {self._spec.name} 中途出错（{line}）。"
            )

    def _generate(self, inputs: Any, pieces: SimpleQueue[str | None], is_unwanted: threading.Event) -> None:
        import torch
        from transformers import StoppingCriteriaList, TextStreamer

        class Pieces(TextStreamer):
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002
                pieces.put(text)

        def stop(ids: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            return torch.full((ids.shape[0],), is_unwanted.is_set(), device=ids.device)

        sampling: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if self._spec.temperature:
            sampling = {"do_sample": True, "temperature": self._spec.temperature}
        tokenizer = self.tokenizer
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        with torch.inference_mode():
            self._model.generate(
                **inputs,
                max_new_tokens=self._spec.max_tokens,
                pad_token_id=pad,
                streamer=Pieces(tokenizer, skip_prompt=not self.is_seq2seq, skip_special_tokens=True),
                stopping_criteria=StoppingCriteriaList([stop]),
                **sampling,
            )

    def _inputs(self, messages: Sequence[dict[str, str]]) -> Any:
        text = self._prompt(messages)
        is_templated = bool(self.tokenizer.chat_template)
        found = self.tokenizer(text, return_tensors="pt", add_special_tokens=not is_templated)
        found.pop("token_type_ids", None)  # some tokenizers give it, and few models take it
        room = self._spec.window - (0 if self.is_seq2seq else self._spec.max_tokens)
        length = int(found["input_ids"].shape[1])
        if self._spec.window and length > room:
            raise ModelFailed(
                f"the model {self._spec.name} reads {room} tokens and was given {length}: see ?context=.",
                f"模型 {self._spec.name} 最多读 {room} 个词元，却收到 {length} 个：请用 ?context= 写明它的上限。",
            )
        return found.to(self._device)

    def _prompt(self, messages: Sequence[dict[str, str]]) -> str:
        if not self.tokenizer.chat_template:
            return plain_prompt(messages, is_seq2seq=self.is_seq2seq)
        from jinja2.exceptions import TemplateError

        try:
            return self._templated(messages)
        except TemplateError:  # some templates know no system role
            return self._templated(without_system(messages))

    def _templated(self, messages: Sequence[dict[str, str]]) -> str:
        return str(self.tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))


def without_system(messages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The same, with what the system says at the head of the first message of the user."""
    said = "\n\n".join(one["content"] for one in messages if one["role"] == "system")
    rest = [dict(one) for one in messages if one["role"] != "system"]
    if said and rest:
        rest[0]["content"] = f"{said}\n\n{rest[0]['content']}"
    return rest


def plain_prompt(messages: Sequence[dict[str, str]], *, is_seq2seq: bool) -> str:
    """For a model without a chat template: its texts in order; what goes on from them is asked for by a label."""
    if is_seq2seq:
        return "\n\n".join(one["content"] for one in messages)
    labels = {"system": "", "user": "User: ", "assistant": "Assistant: "}
    return "\n\n".join([*(f"{labels[one['role']]}{one['content']}" for one in messages), "Assistant:"])


def _device(spec: HfSpec, torch: Any) -> str:
    if spec.bits and not torch.cuda.is_available():
        raise ModelFailed(
            f"load={spec.bits}bit needs an NVIDIA GPU: leave it out, or take a quantized file by llamacpp:.",
            f"load={spec.bits}bit 需要 NVIDIA 显卡：请去掉该选项，或用 llamacpp: 加载量化过的文件。",
        )
    if spec.device != "auto":
        return spec.device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _placing(spec: HfSpec, device: str) -> dict[str, Any]:
    """Where the weights go and in which numbers: single precision on a CPU, which few compute in half of it."""
    from importlib.util import find_spec

    options: dict[str, Any] = {"dtype": spec.dtype}
    if spec.dtype == "auto" and device == "cpu":
        options["dtype"] = "float32"
    if device == "cuda" and spec.device == "auto" and find_spec("accelerate"):
        options["device_map"] = "auto"  # over all GPUs, and the memory of the machine where they are too small
    if spec.bits:
        from transformers import BitsAndBytesConfig

        options["quantization_config"] = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=spec.bits == 4, load_in_8bit=spec.bits == 8
        )
    return options


def _unloadable(spec: HfSpec, error: Exception) -> ModelFailed:
    line = _first_line(error)
    if "trust_remote_code" in str(error):
        return ModelFailed(
            f"the model {spec.name} brings code of its own, which is not run unless ?trust_remote_code=1 says so.",
            f"模型 {spec.name} 自带代码，除非写明 ?trust_remote_code=1，否则不会运行。",
        )
    if isinstance(error, ImportError):
        return ModelFailed(
            f"the model {spec.name} needs a package that is not installed ({line}).",
            f"模型 {spec.name} 需要的软件包没有安装（{line}）。",
        )
    if isinstance(error, OSError):
        return ModelFailed(
            f"the model {spec.name} is not on this machine, or not whole ({line}): fetch it once with"
            f" `hf download {spec.name}`, or give the path of its folder.",
            f"本机没有模型 {spec.name}，或文件不全（{line}）：可用 `hf download {spec.name}` 下载，或写出文件夹路径。",
        )
    return ModelFailed(f"the model {spec.name} cannot be loaded ({line}).", f"模型 {spec.name} 无法加载（{line}）。")


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:160]}"
