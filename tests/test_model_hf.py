"""`hf:` with real weights (SmolLM2 from its GGUF file), and with tiny models and adapters made here."""

from __future__ import annotations

from pathlib import Path

import pytest
from contracts.chat import AnswererContract
from model_server import weights
from tiny_models import TEMPLATE, write_adapter, write_causal, write_seq2seq

from docent.llm import Answerer, AnswerError, ModelFailed, make_answerer, make_chat_model
from docent.llm.models.hf_engine import plain_prompt, without_system

pytestmark = pytest.mark.weights
ASKED = [("system", "tea is hot ."), ("user", "is green tea hot")]


def said(spec: str) -> str:
    return "".join(make_chat_model(spec).stream(ASKED))


@pytest.fixture(scope="module")
def smollm2() -> Answerer:
    path = weights()
    return make_answerer(f"hf:{path.parent}?gguf={path.name}&context=1024&max_tokens=12")


class TestSmolLM2(AnswererContract):
    @pytest.fixture
    def answerer(self, smollm2: Answerer) -> Answerer:
        return smollm2

    def test_it_answers_a_plain_question_by_its_own_chat_template(self, answerer: Answerer) -> None:
        model = answerer.model  # type: ignore[attr-defined]
        pieces = list(model.stream([("user", "What is the capital of France?")]))
        assert "Paris" in "".join(pieces)
        assert len(pieces) > 3
        assert model.context_tokens == 1024
        assert model.count_tokens("green tea") == 2
        assert not model.is_remote


@pytest.fixture(scope="module")
def causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny LLaMA, with an adapter of every kind beside it."""
    folder = tmp_path_factory.mktemp("causal")
    write_causal(folder / "model")
    for kind in ("lora", "prefix", "prompt", "p-tuning"):
        write_adapter(write_causal(folder / "again"), folder / kind, kind)
    return folder


def test_a_causal_model_without_a_template_goes_on_with_the_text(causal: Path) -> None:
    model = make_chat_model(f"hf:{causal / 'model'}?max_tokens=12")
    assert model.context_tokens == 640
    assert model.name == "model"
    text = "".join(model.stream(ASKED))
    assert text.split()
    assert text == "".join(model.stream(ASKED))  # nothing is left to chance


@pytest.mark.parametrize("kind", ["lora", "prefix", "prompt", "p-tuning"])
def test_an_adapter_changes_what_is_said(causal: Path, kind: str) -> None:
    plain = said(f"hf:{causal / 'model'}?max_tokens=12")
    adapted = said(f"hf:{causal / 'model'}+lora:{causal / kind}?max_tokens=12")
    assert adapted.split()
    assert adapted != plain


def test_a_seq2seq_model_answers(tmp_path: Path) -> None:
    write_seq2seq(tmp_path)
    model = make_chat_model(f"hf:{tmp_path}?max_tokens=12")
    assert model.context_tokens == 512
    text = "".join(model.stream(ASKED))
    assert text.split()
    assert "<pad>" not in text


def test_a_template_without_a_system_role_gets_it_with_the_question(tmp_path: Path) -> None:
    write_causal(tmp_path, TEMPLATE)
    assert said(f"hf:{tmp_path}?max_tokens=12").split()


def test_prompts_for_models_without_a_template() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Tea?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Hot?"},
    ]
    assert plain_prompt(messages, is_seq2seq=True) == "Be brief.\n\nTea?\n\nYes.\n\nHot?"
    expected = "Be brief.\n\nUser: Tea?\n\nAssistant: Yes.\n\nUser: Hot?\n\nAssistant:"
    assert plain_prompt(messages, is_seq2seq=False) == expected
    assert without_system(messages)[0] == {"role": "user", "content": "Be brief.\n\nTea?"}


def test_a_reader_who_leaves_ends_the_generation(causal: Path) -> None:
    model = make_chat_model(f"hf:{causal / 'model'}?max_tokens=500")
    for _ in range(2):  # the second has to wait for the first to end
        pieces = model.stream(ASKED)
        assert next(pieces) is not None
        pieces.close()  # type: ignore[attr-defined]


def test_a_prompt_that_is_too_long_is_a_sentence(causal: Path) -> None:
    model = make_chat_model(f"hf:{causal / 'model'}?max_tokens=12&context=64")
    with pytest.raises(ModelFailed, match=r"reads 52 tokens and was given \d+"):
        list(model.stream([("user", "tea " * 70)]))


def test_what_is_not_on_this_machine_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match=r"not on this machine.*hf download nobody/nothing-at-all") as caught:
        make_chat_model("hf:nobody/nothing-at-all").load()
    assert "本机没有模型 nobody/nothing-at-all" in caught.value.zh
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFailed, match=r"the model .* (cannot be loaded|is not on this machine)"):
        make_chat_model(f"hf:{tmp_path / 'empty'}").load()


def test_an_adapter_that_is_missing_is_a_sentence(causal: Path) -> None:
    with pytest.raises(ModelFailed, match=r"\.$"):
        make_chat_model(f"hf:{causal / 'model'}+lora:{causal / 'nothing'}").load()


def test_fewer_bits_without_a_gpu_are_a_sentence(causal: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ModelFailed, match="load=4bit needs an NVIDIA GPU"):
        make_chat_model(f"hf:{causal / 'model'}?load=4bit").load()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("hf:", "needs a name or a folder"),
        ("hf:x?colour=red", "option colour of the chat model hf:"),
        ("hf:x?load=3bit", "load=3bit in the chat setting must be one of"),
        ("hf:x?dtype=int1", "dtype=int1"),
        ("hf:x?trust_remote_code=perhaps", "must be 1 or 0"),
        ("hf:x?context=many", "context=many"),
        ("hf:x?context=2", "from 64 up"),
    ],
)
def test_a_wrong_spec_is_a_sentence(spec: str, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        make_chat_model(spec)


def test_code_that_a_model_brings_is_not_run(causal: Path, tmp_path: Path) -> None:
    import json
    import shutil

    shutil.copytree(causal / "model", tmp_path / "own")
    config = json.loads((tmp_path / "own" / "config.json").read_text())
    config["model_type"] = "strange"
    config["auto_map"] = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
    (tmp_path / "own" / "config.json").write_text(json.dumps(config))
    (tmp_path / "own" / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    with pytest.raises(ModelFailed, match="brings code of its own"):
        make_chat_model(f"hf:{tmp_path / 'own'}").load()
    assert not (tmp_path / "ran").exists()
