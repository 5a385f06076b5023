"""A folder of sentence-transformers: where it is, and what its configuration says, read without loading the model."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from docent.retrieval.embedders.prefixes import NOTHING, Affixes, family_affixes
from docent.retrieval.errors import EmbedderError

MISSING_EXTRA = "the embedder st: needs the models extra: in Docent's folder run pip install -e '.[models]'."
CONFIGURATION = ("*.json", "*.txt", "*.model", "*/config.json")
SAFE, OLD = ("*.safetensors", "*/*.safetensors"), ("*.bin", "*/*.bin")  # the same weights, mostly; one of them will do
QUERY_NAMES = ("query", "retrieval.query", "search_query", "web_search_query")
PASSAGE_NAMES = ("document", "passage", "corpus", "retrieval.passage", "search_document")
USUAL_WINDOW = 512  # tokens; where a model's files say nothing
NO_LIMIT = 1_000_000  # transformers writes 10^30 where a tokenizer has no limit of its own
SAMPLES, SAMPLE = 64, 4096  # pieces and bytes of a weight file that stand for the whole in its digest


class ModelFolder:
    """What the files say. `name` is what it was asked for by. Raises EmbedderError where it is no such folder."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.label = path.resolve().name if Path(name).expanduser().is_dir() else name  # the same after a move
        self._config = self._json("config.json")
        self._modules = self._json("modules.json") or [{"type": "Transformer", "path": ""}]
        if not self._config and not self._json("modules.json"):
            raise EmbedderError(
                f"{name} is no sentence-transformers model: there is neither modules.json nor config.json."
            )

    def affixes(self) -> Affixes:
        """The model's own prompts, or else what its family wants (see docent.retrieval.embedders.prefixes)."""
        prompts = self._json("config_sentence_transformers.json").get("prompts") or {}
        query, passage = (next((prompts[one] for one in names if prompts.get(one)), "") for names in _PROMPTS)
        if query or passage:
            return Affixes(query, passage)
        return family_affixes(self.label, str(self._config.get("_name_or_path", ""))) or NOTHING

    def dimension(self) -> int | None:
        """Numbers in a vector; None where only the loaded model can tell."""
        found: int | None = None
        for module in self._modules:
            kind = str(module["type"]).rsplit(".", 1)[-1]
            config = self._json(f"{module['path']}/config.json") if module["path"] else self._config
            if kind == "Transformer":
                found = config.get("hidden_size") or config.get("n_embd") or config.get("d_model")
            elif kind == "Pooling":
                size = config.get("word_embedding_dimension") or config.get("embedding_dimension") or found
                found = size * _pooled(config) if size else None
            elif kind == "Dense":
                found = config.get("out_features")
            elif kind != "Normalize":
                return None
        return found

    def window(self) -> int:
        """Tokens the model reads, special ones included."""
        own = self._json("sentence_bert_config.json").get("max_seq_length")
        if own:
            return int(own)
        limits = (
            self._json("tokenizer_config.json").get("model_max_length"),
            self._config.get("max_position_embeddings"),
        )
        known = [int(one) for one in limits if one and one < NO_LIMIT]
        return min(known, default=USUAL_WINDOW)

    def digest(self) -> str:
        """12 hexadecimal digits of the configuration and of pieces of the weights; another model has others."""
        found = hashlib.sha256(json.dumps([self._config, self._modules], sort_keys=True).encode())
        for path in sorted([*self.path.rglob("*.safetensors"), *self.path.rglob("pytorch_model*.bin")]):
            size = path.stat().st_size
            found.update(f"{path.name} {size}".encode())
            with path.open("rb") as file:
                for place in range(0, size, max(1, size // SAMPLES)):
                    file.seek(place)
                    found.update(file.read(SAMPLE))
        return found.hexdigest()[:12]

    def _json(self, name: str) -> Any:
        path = self.path / name
        try:
            return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except (OSError, ValueError) as error:
            raise EmbedderError(f"{name} of the model {self.name} cannot be read ({error}): fetch it again.") from error


_PROMPTS = (QUERY_NAMES, PASSAGE_NAMES)


def _pooled(config: dict[str, Any]) -> int:
    """How many kinds of pooling stand side by side in the vector."""
    modes = config.get("pooling_mode")
    if modes:
        return 1 if isinstance(modes, str) else len(modes)
    return sum(1 for key, value in config.items() if key.startswith("pooling_mode_") and value is True) or 1


def find_model(name: str, owner: str = "sentence-transformers") -> Path:
    """The folder of this name, or the model of this name on the Hugging Face hub: as it was fetched before, or now.

    A name without an owner is one of `owner`'s.

    Raises EmbedderError when it is neither here nor to be had.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise EmbedderError(f"there is no folder {name} for st:, and it is no name on the hub.")
    repository = name if "/" in name else f"{owner}/{name}"  # as sentence-transformers itself does
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
        )
    except ImportError as error:
        raise EmbedderError(MISSING_EXTRA) from error
    try:
        cached = Path(snapshot_download(repository, local_files_only=True))
        if _has_weights(cached):
            return cached
    except (LocalEntryNotFoundError, HFValidationError):
        pass
    try:
        fetched = Path(snapshot_download(repository, allow_patterns=[*CONFIGURATION, *SAFE]))
        if not _has_weights(fetched):
            fetched = Path(snapshot_download(repository, allow_patterns=[*CONFIGURATION, *OLD]))
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise EmbedderError(f"there is no model {repository} on the hub: check the name.") from error
    except (HfHubHTTPError, OSError) as error:
        raise EmbedderError(
            f"the model {repository} is not on this machine and cannot be fetched ({first_line(error)}):"
            " connect to the hub once, or give the path of its folder."
        ) from error
    return fetched


def _has_weights(folder: Path) -> bool:
    return any(folder.rglob("*.safetensors")) or any(folder.rglob("*.bin"))


def first_line(error: Exception) -> str:
    """What a library says, shortened to fit into a sentence."""
    return str(error).strip().split("\n", 1)[0][:200]
