"""Models of random weights over a few words, and adapters for them: made in a second, real in every other way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = ["<pad>", "</s>", "<unk>", "tea", "water", "green", "boil", "is", "hot", "of", "80", "degrees", "."]
TEMPLATE = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{{ m['role'] }} {{ m['content'] }} {% endfor %}"
)


def write_tokenizer(folder: Path, template: str = "") -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    plain = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="<unk>"))
    plain.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    fast.chat_template = template or None
    fast.save_pretrained(folder)


def write_causal(folder: Path, template: str = "", positions: int = 640) -> Any:
    """A LLaMA of one layer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
            max_position_embeddings=positions, initializer_range=1.0, pad_token_id=0, eos_token_id=1, bos_token_id=None,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    write_tokenizer(folder, template)
    return model


def write_seq2seq(folder: Path) -> None:
    """A T5 of one layer each way."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(5)
    config = T5Config(
        vocab_size=len(WORDS), d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, pad_token_id=0, eos_token_id=1,
        decoder_start_token_id=0, initializer_factor=8.0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    write_tokenizer(folder)


def write_adapter(model: Any, folder: Path, kind: str) -> None:
    """An adapter whose weights are large enough to change what the model says."""
    import torch
    from peft import LoraConfig, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig, TaskType, get_peft_model

    task = TaskType.CAUSAL_LM
    config = {
        "lora": LoraConfig(task_type=task, r=4, lora_alpha=64, target_modules=["q_proj", "v_proj", "o_proj"]),
        "prefix": PrefixTuningConfig(task_type=task, num_virtual_tokens=4),
        "prompt": PromptTuningConfig(task_type=task, num_virtual_tokens=4),
        "p-tuning": PromptEncoderConfig(task_type=task, num_virtual_tokens=4, encoder_hidden_size=8),
    }[kind]
    adapted = get_peft_model(model, config)
    torch.manual_seed(7)
    with torch.no_grad():
        for one in adapted.parameters():
            if one.requires_grad:
                one.copy_(torch.randn_like(one) * (40 if kind == "prefix" else 2))
    adapted.save_pretrained(folder)
