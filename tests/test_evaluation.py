"""`python -m app eval`: its intervals, stages, comparison, made questions and report."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from statistics import stdev

import pytest
from conftest import ROOT, SAMPLES
from pdfs import write_pdf

from docent.app import Library, Settings, open_library
from docent.app.__main__ import main
from docent.app.errors import SettingsError
from docent.app.evaluation import question_making
from docent.app.evaluation.comparison import Run, changed, differ, differences
from docent.app.evaluation.intervals import (
    auroc,
    auroc_difference,
    auroc_interval,
    mcnemar,
    share_difference,
    value_difference,
    wilson,
)
from docent.app.evaluation.measuring import Outcome, Question, evaluate, figures, measure, read_questions
from docent.app.evaluation.question_forms import cell, cloze, loose_words
from docent.app.evaluation.question_making import make_questions, question_line
from docent.app.evaluation.report import report_html
from docent.app.evaluation.stages import Split, lost_in, split_of
from docent.app.evaluation.text import lost_text
from docent.app.evaluation.wire import save, settings_to_dict
from docent.app.evaluation.words import WORDS
from docent.ingest import Cell, TableRow
from docent.retrieval import Scope, query_terms

Do = Callable[..., tuple[int, str, str]]


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311


WELLS = """The Harrow well was drilled to a depth of 112 metres in 1987.
Its pump lifts 46 litres of water a minute to the upper tank.
The upper tank was lined with basalt slabs by Otto Brandis.
Two wardens inspect the outflow weir before each spring thaw."""
KILNS = """The Larch kiln reaches 1240 degrees after nine hours of firing.
Potters from Vell Sund glaze their jars with ash from alder wood.
A firing in 2016 cracked 31 of the jars on the lowest shelf.
The chimney damper stays closed until the third hour."""
BRIDGES = """雁栖桥于2009年建成通车，全长386米，桥面宽二十四米。
该桥由北岸的石料厂供应花岗岩护栏，共用去1200块石板。
管理处每逢汛期前检查桥墩的冲刷深度。"""


@pytest.fixture
def filled(library: Library, tmp_path: Path) -> Library:
    """Two English PDFs, one of two pages, and a Chinese one."""
    folder = tmp_path / "papers"
    folder.mkdir()
    write_pdf(folder / "wells.pdf", [WELLS, "The appendix lists the names of all former wardens."])
    write_pdf(folder / "kilns.pdf", [KILNS])
    write_pdf(folder / "桥.pdf", [BRIDGES])
    assert {one.status for one in library.sync([folder])} == {"added"}
    library.collection().fill_vectors()
    return library


QUESTIONS = [
    Question("depth", "How deep was the Harrow well drilled?", "wells.pdf", (1,), ("112 metres",)),
    Question("kiln", "How many degrees does the Larch kiln reach?", "kilns.pdf", (1,), ("1240 degrees",)),
    Question("bridge", "雁栖桥哪一年建成通车？", "桥.pdf", (1,), ("2009年",)),
    Question("mayor", "Who was the mayor of Tessaloy in 1954?", unanswerable=True),
    Question("ferry", "How many ferries does Quibberon Lines own?", unanswerable=True),
]


@pytest.fixture
def do(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Do:
    """`python -m app ...` in this process: its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("data_dir", "cache_dir", "embedder", "reading_processes"):
        monkeypatch.setenv(f"DOCENT_{name.upper()}", str(getattr(settings, name)))

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def write_questions(path: Path, rows: list[Question]) -> Path:
    path.write_text("".join(f"{question_line(one)}\n" for one in rows), encoding="utf-8")
    return path


def outcome(number: int = 1, **changes: object) -> Outcome:
    """A question that went well, but for the changes."""
    question = Question(f"q{number}", f"question {number}", "a.pdf", (1,), ("x",))
    good = Outcome(
        question, page_rank=1, document_rank=1, passage_rank=1, split="whole", is_cited=True, refused=False, trust=0.8,
        search_seconds=0.01, answer_seconds=0.02, found=(("a.pdf", (1,)),),
    )  # fmt: skip
    return replace(good, **changes)  # type: ignore[arg-type]


# ---- intervals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def table(both: int, only_b: int, only_a: int, neither: int) -> tuple[list[bool], list[bool]]:
    """Two answers to the same questions, from the four counts."""
    a = [True] * both + [False] * only_b + [True] * only_a + [False] * neither
    b = [True] * both + [True] * only_b + [False] * only_a + [False] * neither
    return a, b


def test_the_paired_interval_gives_the_published_ones() -> None:
    # Fagerland, Lydersen and Laake (2014), the airways of Bentur et al.; Altman et al. (2000), table 6.2.
    airways = share_difference(*table(1, 1, 7, 12))
    assert (airways.low, airways.high) == (pytest.approx(-0.507, abs=5e-4), pytest.approx(-0.026, abs=5e-4))
    assert airways.p == pytest.approx(0.0703, abs=5e-5)
    altman = share_difference(*table(14, 5, 0, 22))
    assert (altman.low, altman.high) == (pytest.approx(0.011, abs=6e-4), pytest.approx(0.226, abs=6e-4))
    assert altman.is_clear


def test_two_that_agree_on_all_questions_may_still_differ_on_others() -> None:
    same = share_difference(*table(40, 0, 0, 7))
    assert same.value == 0
    assert same.low < -0.02
    assert same.high > 0.02
    assert same.p == mcnemar(0, 0) == 1


def test_mcnemar_is_a_coin() -> None:
    assert mcnemar(0, 5) == mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(1, 7) == pytest.approx(2 * 9 / 256)
    assert mcnemar(2000, 2000) == 1
    assert 0 < mcnemar(1900, 2100) < 0.01


def test_the_bootstrap_agrees_with_the_normal_interval() -> None:
    random = dice(4)
    a = [random.gauss(10, 3) for _ in range(200)]
    b = [one + random.gauss(1, 2) for one in a]
    found = value_difference(a, b)
    gains = [y - x for x, y in zip(a, b, strict=True)]
    assert found.value == pytest.approx(sum(gains) / 200)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * stdev(gains) / math.sqrt(200), rel=0.1)
    assert value_difference(a, b) == found


def test_the_area_counts_pairs_and_its_interval_narrows_with_more_questions() -> None:
    answerable, unanswerable = [0.9, 0.8, 0.4, 0.7], [0.1, 0.5, 0.4]
    assert auroc(answerable, unanswerable) == pytest.approx((3 + 3 + 1.5 + 3) / 12)
    narrow, wide = auroc_interval(answerable * 9, unanswerable * 9), auroc_interval(answerable, unanswerable)
    assert narrow[1] - narrow[0] < 0.6 * (wide[1] - wide[0])
    none = auroc_difference((answerable, unanswerable), (answerable, unanswerable))
    assert (none.value, none.low, none.high) == (0, 0, 0)


# ---- files of questions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 2 of q.jsonl is no JSON"),
        ("[]", "line 2 of q.jsonl is no question"),
        ('{"question": null}', "line 2 of q.jsonl is no question"),
        ('{"question": "x", "pages": "3"}', 'line 2 of q.jsonl: pages cannot be "3"'),
        ('{"question": "x", "pages": ["3"]}', "line 2 of q.jsonl: pages must be a list of whole numbers"),
        ('{"question": "x", "answers": "y"}', 'line 2 of q.jsonl: answers cannot be "y"'),
        ('{"question": "x", "doc": 5}', "line 2 of q.jsonl: doc cannot be 5"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, says: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(f'{{"question": "fine"}}\n{row}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=re.escape(says)):
        read_questions(path)


def test_a_row_that_asks_nothing_and_an_answer_that_is_a_number_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": " "}\n{"question": "How many?", "answers": [1577, 0.5]}\n', encoding="utf-8")
    assert [row.answers for row in read_questions(path)] == [(), ("1577", "0.5")]
    with open_library(data_dir=tmp_path / "data", embedder="hash:32") as library:
        assert evaluate(library, read_questions(path), (1, 5))["n"] == 2


def test_files_that_are_empty_or_no_utf8_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes("\ufeff\n".encode())
    with pytest.raises(SettingsError, match=r"q\.jsonl has no questions"):
        read_questions(path)
    path.write_bytes('{"question": "年"}'.encode("gb18030"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        read_questions(path)


def test_questions_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read_questions(write_questions(tmp_path / "q.jsonl", QUESTIONS)) == QUESTIONS


# ---- figures and stages ---------------------------------------------------------------------------------------


def test_the_figures_are_counted_over_the_right_questions(filled: Library) -> None:
    found = evaluate(filled, QUESTIONS, (1, 5))
    assert (found["n"], found["answerable"], found["unanswerable"]) == (5, 3, 2)
    assert (found["page_hits_found@5"], found["page_hit@5"]) == (3, 1.0)
    assert (found["page_hit@5_low"], found["page_hit@5_high"]) == tuple(round(one, 4) for one in wilson(3, 3))
    assert found["answer_hits_found"] == 3
    assert (found["true_refusals"], found["false_refusals"]) == (2, 0)
    assert found["refusal_auroc"] == 1
    assert found["mrr"] == 1


def test_a_page_that_is_further_down_counts_from_there() -> None:
    found = figures([outcome(page_rank=3), outcome(page_rank=None, is_cited=False)], (1, 3))
    assert (found["page_hit@1"], found["page_hit@3"], found["mrr"]) == (0, 0.5, round(1 / 6, 4))
    assert (found["answer_hit"], found["unanswerable"]) == (0.5, 0)
    assert "refusal_auroc" not in found


def test_splitting_tells_whole_from_cut_from_absent(library: Library, tmp_path: Path) -> None:
    sentences = [f"Valve number {n} of the northern line was closed by the keeper at dusk." for n in range(100, 140)]
    write_pdf(tmp_path / "valves.pdf", ["\n".join(sentences)])
    list(library.sync([tmp_path / "valves.pdf"]))
    store = library.collection().store
    ids = sorted(store.allowed(Scope(tuple(store.resolve(("valves.pdf",))))) or [])
    first, second = (store.chunks([one])[one][0].text for one in ids[:2])
    across = first[-30:] + " " + second[:30]

    def split(*answers: str, page: int = 1, doc: str = "valves.pdf") -> Split:
        return split_of(library, doc, (page,), answers)

    assert split(first[10:60].upper()) == "whole"
    assert split(across) == "cut"
    assert split("The harbour master") == "absent"
    assert split("The harbour master", first[:40]) == "whole"
    assert split() == split("x", doc="nobody.pdf") == split("x", page=9) == "unknown"


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, "none"),
        ({"is_cited": False, "split": "cut"}, "splitting"),
        ({"is_cited": False, "page_rank": 11, "passage_rank": 11}, "search"),
        ({"is_cited": False, "passage_rank": None}, "passage"),
        ({"is_cited": False, "page_rank": 2, "passage_rank": 11}, "passage"),
        ({"is_cited": False, "page_rank": None, "passage_rank": None, "split": "cut"}, "search"),
        ({"is_cited": False}, "answering"),
        ({"is_cited": False, "split": "absent", "passage_rank": None}, "unknown"),
        ({"is_cited": False, "split": "absent", "passage_rank": None, "page_rank": None}, "search"),
    ],
)
def test_an_answer_is_lost_in_the_first_stage_that_failed(changes: dict[str, object], stage: str) -> None:
    assert lost_in(outcome(**changes)) == stage


# ---- the command ----------------------------------------------------------------------------------------------


def test_the_terminal_shows_shares_with_their_intervals(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", [*QUESTIONS, Question("lost", "Who?", "gone.pdf", (1,), ("x",))])
    code, out, err = do("eval", path, "-k", "1,5")
    assert code == 0
    low, high = wilson(3, 4)
    assert re.search(rf"page_hit@5 +0\.750 +3 of 4 +{low:.3f} to {high:.3f}", out)
    assert "1 lost in search (no right page among the first 10 passages): lost" in out
    assert "the collection default has no gone.pdf" in err


def test_what_is_lost_in_search_is_what_no_page_was_found_for() -> None:
    lost = {"is_cited": False, "split": "whole"}
    outcomes = [
        outcome(1), outcome(2, **lost, page_rank=2, passage_rank=None), outcome(3, **lost, page_rank=1),
        outcome(4, **lost, page_rank=None, passage_rank=None), outcome(5, **lost | {"split": "cut"}, page_rank=None),
    ]  # fmt: skip
    lines = [line.split(" (")[0].strip() for line in lost_text(outcomes).plain.splitlines()]
    assert lines[1:] == ["2 lost in search", "1 lost between passages", "1 lost in answering"]
    assert figures(outcomes, (10,))["page_hits_found@10"] == 3
    bars = Markup(report_html([Run("r", outcomes)], (10,), "en")).elements
    assert "not among the first 10: 40%" in [attributes.get("title") for _, attributes in bars]


def test_a_page_at_the_tenth_place_is_found_whatever_depths_are_shown(
    do: Do, filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    search = Library.search
    monkeypatch.setattr(
        Library, "search", lambda self, text, limit=10, *more: asked.append(limit) or search(self, text, limit, *more)
    )
    do("eval", write_questions(tmp_path / "q.jsonl", QUESTIONS[:1]), "-k", "1", "--json")
    assert max(asked) == 10


def test_a_filter_narrows_all_questions(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS[:2])
    _, out, _ = do("eval", path, "--json", "--document", "kilns.pdf")
    assert json.loads(out)["page_hits_found@10"] == 1


def test_two_settings_are_compared_question_by_question(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    (tmp_path / "words.toml").write_text("dense_weight = 0.0\n", encoding="utf-8")
    (tmp_path / "vectors.toml").write_text("dense_weight = 1000.0\n", encoding="utf-8")
    code, out, _ = do("eval", path, "--compare", "words.toml", "vectors.toml", "--json", "-k", "1,3")
    assert code == 0
    found = json.loads(out)
    assert (found["a"]["name"], found["b"]["name"]) == ("words", "vectors")
    assert (found["a"]["settings"]["dense_weight"], found["b"]["settings"]["dense_weight"]) == (0, 1000)
    one = found["differences"]["page_hit@1"]
    assert one["difference"] == pytest.approx(found["b"]["page_hit@1"] - found["a"]["page_hit@1"], abs=1e-3)
    assert one["low"] <= one["difference"] <= one["high"]
    marks = [row["differs"] for row in found["questions"]]
    assert marks == sorted(marks, reverse=True)
    assert {row["id"] for row in found["questions"]} == {one.id for one in QUESTIONS}
    _, out, _ = do("eval", path, "--compare", "words.toml", "vectors.toml")
    assert f"{sum(marks)} of 5 questions differ." in out


def test_the_file_wins_over_the_environment(
    do: Do, filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS[:1])
    monkeypatch.setenv("DOCENT_DENSE_WEIGHT", "0.5")
    (tmp_path / "a.toml").write_text("dense_weight = 0.25\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text("", encoding="utf-8")
    found = json.loads(do("eval", path, "--compare", "a.toml", "b.toml", "--json")[1])
    assert [found[side]["settings"]["dense_weight"] for side in "ab"] == [0.25, 0.5]


def test_another_embedder_is_told_how_to_get_its_own_collection(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    other = tmp_path / "wide.toml"
    other.write_text('embedder = "hash:32"\n', encoding="utf-8")
    code, _, err = do("eval", path, "--compare", "a.toml", "wide.toml")
    assert code == 2
    assert "wide.toml asks for hash:32, but the collection default was embedded by hash:64" in err
    commands = re.findall(r"`python -m app ([^`]+)`", err)
    assert len(commands) == 3
    for command in commands:
        assert do(*command.split())[0] == 0
    (line,) = re.findall(r"`(collection = [^`]+)`", err)
    other.write_text(f'embedder = "hash:32"\n{line}\n', encoding="utf-8")
    code, out, _ = do("eval", path, "--compare", "a.toml", "wide.toml", "--json")
    assert code == 0
    assert json.loads(out)["b"]["settings"]["collection"] == "default-wide"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["eval"], "eval wants a file of questions, or --make N"),
        (["eval", "q.jsonl", "--make", "5"], "eval wants a file of questions, or --make N"),
        (["eval", "q.jsonl", "--compare", "none.toml", "none.toml"], "none.toml is no settings file"),
        (["eval", "q.jsonl", "--report", "nowhere/r.html"], "nowhere/r.html cannot be written"),
        (["eval", "q.jsonl", "--save", "q.jsonl"], "q.jsonl cannot be written"),
        (["eval", "--make", "5", "-o", "q.jsonl"], "q.jsonl exists"),
    ],
)
def test_wrong_usage_is_one_sentence(do: Do, filled: Library, tmp_path: Path, arguments: list[str], says: str) -> None:
    write_questions(tmp_path / "q.jsonl", QUESTIONS[:1])
    code, _, err = do(*arguments)
    assert code == 2
    assert says in err
    assert "Traceback" not in err


def test_results_are_kept_and_never_overwritten(tmp_path: Path, settings: Settings) -> None:
    first, second = save(tmp_path, "q", {"a": 1}), save(tmp_path, "q", {"a": 2})
    assert first.parent == second.parent
    assert (first.name, second.name) == ("q.json", "q-2.json")
    assert json.loads(first.read_text(encoding="utf-8"))["a"] == 1
    kept = settings_to_dict(replace(settings, chat_api_key="sk-very-secret"))
    assert "sk-very-secret" not in json.dumps(kept)
    assert kept["embedder"] == "hash:64"


def test_saved_results_name_every_question(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    assert do("eval", path, "--save", tmp_path / "results")[0] == 0
    (kept,) = (tmp_path / "results").rglob("q.json")
    result = json.loads(kept.read_text(encoding="utf-8"))
    assert [row["id"] for row in result["questions"]] == [one.id for one in QUESTIONS]
    assert result["questions"][0]["found"][0] == {"document": "wells.pdf", "pages": [1]}


def test_those_that_differ_most_come_first() -> None:
    a = Run("a", (outcome(1), outcome(2), outcome(3, page_rank=2)))
    b = Run("b", (outcome(1), outcome(2, page_rank=None, is_cited=False), outcome(3)))
    assert [one.question.id for one, _ in changed(a, b)] == ["q2", "q3", "q1"]
    assert [differ(*pair) for pair in changed(a, b)] == [True, True, False]
    assert differences(a, b, (1,))["page_hit@1"].value == 0


# ---- made questions -------------------------------------------------------------------------------------------


def test_made_questions_know_their_page_and_answer(filled: Library) -> None:
    made = make_questions(filled, 10)
    assert made == make_questions(filled, 10)
    asked = [one for one in made if not one.unanswerable]
    assert {one.doc for one in asked} == {"wells.pdf", "kilns.pdf", "桥.pdf"}
    assert len({one.id for one in made}) == len(made)
    for one in asked:
        assert split_of(filled, one.doc, one.pages, one.answers) == "whole", one
    assert any("？" in one.question for one in asked)


def test_unanswerable_ones_name_what_is_nowhere(filled: Library) -> None:
    made = [one for one in make_questions(filled, 10) if one.unanswerable]
    assert made
    text = f"{WELLS} {KILNS} {BRIDGES}"
    known = set(query_terms(text)) | {term for line in text.split() for term in query_terms(line)}
    for one in made:
        assert set(query_terms(one.question)) - known
        assert (one.doc, one.pages, one.answers) == (None, (), ())
        assert ":" not in one.question
        assert "how m" not in one.question
    assert len({one.question for one in made}) == len(made)


def test_the_command_writes_made_questions_that_eval_reads(do: Do, filled: Library, tmp_path: Path) -> None:
    code, _, err = do("eval", "--make", "6", "-o", "made.jsonl")
    assert (code, "questions are in made.jsonl" in err) == (0, True)
    code, out, _ = do("eval", "made.jsonl", "--json")
    assert code == 0
    assert json.loads(out)["n"] == len(read_questions(tmp_path / "made.jsonl"))
    code, out, _ = do("eval", "--make", "6")
    assert out == (tmp_path / "made.jsonl").read_text(encoding="utf-8")
    assert "of 999 questions could be made" in do("eval", "--make", "999")[2]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("雁栖桥全长386米，桥面宽二十四米。", "雁栖桥全长多少，桥面宽二十四米？", "386米"),
        ("该桥于2009年11月建成通车。", "该桥于哪一年11月建成通车？", "2009年"),
        ("3.【推荐】全体人员须学习《安全守则》并考试。", "全体人员须学习《什么》并考试？", "安全守则"),
        ("The pump lifts 46 litres a minute.", "The pump lifts how many litres a minute?", "46"),
        ("Net sales were $1,240.5 million, up slightly.", "Net sales were how much, up slightly?", "$1,240.5 million"),
        ("The shelf was built on May 3, 2016 by hand.", "The shelf was built on May 3, which year by hand?", "2016"),
        ("In a trial of 14 months it held.", "In a trial of how many months it held?", "14"),
        ("The loss stayed below 30% of all sales.", "The loss stayed below how much of all sales?", "30%"),
        ("供水保证率将由九成提高到98%。", "供水保证率将由九成提高到多少？", "98%"),
        ("It was lined by Otto Brandis in winter.", "It was lined by what in winter?", "Otto Brandis"),
    ],
)
def test_a_cloze_asks_for_what_it_leaves_out(sentence: str, question: str, answer: str) -> None:
    form = cloze(sentence, dice(0))
    assert form is not None
    assert (form.question, form.answer) == (question, answer)
    assert answer not in form.given


@pytest.mark.parametrize(
    "sentence",
    [
        "详见第 5.25 节的说明。", "12. Keep it dry (3).", "如图 4 所示。", "See Section 7.2 below.",
        "请于星期三17:00前上报。", "每天9：30和21:00交接班。", "A座1至6层停水。", "适用于1-6层和10～12层。",
        "The tide turned at 9:30 and 17:00.", "It ran in 2019–2021 and 2022-23.", "Keep it at 10 to 12 bars.",
        "It needs version 3.2 of the tool.", "Write Larkspur 10 on the box.", "请安装版本 3.2 后使用。",
        "It stayed within ±0.1 of it.", "Clamp it to the ports OUT and IN.", "It must be between 5 ℃ and 35 ℃.",
        "均指2023年1月1日至2023年12月31日。", "食堂于4月15日早餐起供餐。", "Do this: 1. open it, 2) close it.",
        "It happened to five of the 96 probes.", "From month 14 on it held.", "仓库里有2000棵树。",
    ],
)  # fmt: skip
def test_numbers_that_are_parts_of_something_are_no_amounts(sentence: str) -> None:
    assert cloze(sentence, dice(0)) is None


def test_loose_words_are_as_few_as_lead_home() -> None:
    form = loose_words(
        "The chimney damper stays closed until dawn.", dice(1), str.islower, lambda text: "damper" in text
    )
    assert form is not None
    assert "damper" in form.question.split()
    assert "The" not in form.question
    assert loose_words("The chimney damper stays closed.", dice(1), str.islower, lambda _: False) is None


def test_a_cell_is_asked_for_by_row_and_column() -> None:
    text = "营业收入\t1,234\t1,100"
    cells = (Cell(5, 10, 1, ("合并", "2023年")),)
    form = cell(text, TableRow(0, len(text), "分部 / 营业收入", cells), dice(0))
    assert form is not None
    assert (form.question, form.answer) == ("2023年营业收入是多少？", "1,234")
    assert cell(text, TableRow(0, len(text), "营业收入", cells, is_head=True), dice(0)) is None


@pytest.mark.parametrize(
    ("label", "head", "value", "question"),
    [
        ("Copies", "Source", "14", 'In the row "Copies", what stands under "Source"?'),
        ("Sales", "2023", "1,234", "What is Sales in 2023?"),
        ("华北地区", "2023年同比增长", "3.8%", "华北地区的2023年同比增长是多少？"),
        ("资产总额", "2023年末", "3,800万元", "2023年末资产总额是多少？"),
        ("Copies", "Source", "`box-04`", None),
        ("E07", "处理", "清洗过滤网118并更换循环泵", None),
    ],
)
def test_a_cell_is_asked_for_plainly_or_not_at_all(label: str, head: str, value: str, question: str | None) -> None:
    text = f"{label}\t{value}"
    row = TableRow(0, len(text), label, (Cell(len(label) + 1, len(text), 1, (head,)),))
    form = cell(text, row, dice(0))
    assert (form.question if form else None) == question


# ---- the report -----------------------------------------------------------------------------------------------


class Markup(HTMLParser):
    """What a page holds: its elements, attributes and text, and whether each is closed."""

    VOID = ("meta", "br", "!doctype")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


EVIL = "<script>alert(1)</script>\" onload='x' &amp;"


def evil_outcomes() -> tuple[Outcome, ...]:
    question = Question(EVIL, EVIL, EVIL, (1,), ("x",))
    none = Question("n", "Who?", unanswerable=True)
    return (
        outcome(question=question, found=((EVIL, (1,)),)),
        outcome(2, page_rank=None, is_cited=False, refused=True, trust=-0.4),
        outcome(3, question=none, page_rank=None, is_cited=False, refused=True, trust=-0.9),
        outcome(4, question=none, page_rank=None, is_cited=False, trust=0.3),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("names", [(EVIL,), (EVIL, "b")])
def test_the_report_asks_for_nothing_and_runs_nothing(language: str, names: tuple[str, ...]) -> None:
    page = report_html([Run(name, evil_outcomes()) for name in names], (1, 5), language)  # type: ignore[arg-type]
    found = Markup(page)
    assert EVIL in found.text
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "a", "base", "image", "use"}
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "xlink:href")]
    assert "url(" not in page
    assert "@import" not in page
    policy = next(a["content"] for _, a in found.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert WORDS["zh" if language == "zh" else "en"]["stages"] in found.text
    assert len([tag for tag, _ in found.elements if tag == "svg"]) == 3 + len(names)


def test_the_report_shows_what_was_counted() -> None:
    found = Markup(report_html([Run("r", evil_outcomes())], (1, 5), "en"))
    assert "2 of them answerable" in found.text
    bars = [a["title"] for _, a in found.elements if a.get("style", "").startswith("flex-grow")]  # type: ignore[union-attr]
    assert bars == ["in one passage: 100%", "first: 50%", "not among the first 10: 50%", "cited: 50%", "refused: 50%"]
    assert "Area under the curve: 0.750" in found.text


@pytest.mark.parametrize("outcomes", [(), (outcome(),), (outcome(question=Question("n", "Who?", unanswerable=True)),)])
def test_a_report_on_little_is_a_report(outcomes: tuple[Outcome, ...]) -> None:
    assert Markup(report_html([Run("r", outcomes)], (3,))).text
    assert Markup(report_html([Run("r", outcomes), Run("s", outcomes)], (3,))).text


def test_the_report_speaks_the_language_of_the_questions(do: Do, filled: Library, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", QUESTIONS)
    do("eval", path, "--report", "r.html")
    assert "Where answers are lost" in (tmp_path / "r.html").read_text(encoding="utf-8")
    do("eval", write_questions(tmp_path / "z.jsonl", QUESTIONS[2:3]), "--report", "z.html")
    assert "答案丢在哪一步" in (tmp_path / "z.html").read_text(encoding="utf-8")
    do("eval", path, "--report", "l.html", "--lang", "zh")
    assert "答案丢在哪一步" in (tmp_path / "l.html").read_text(encoding="utf-8")


def test_both_languages_have_the_same_words_and_places() -> None:
    assert list(WORDS["en"]) == list(WORDS["zh"])
    for key, words in WORDS["en"].items():
        assert sorted(re.findall(r"\{\w*\}", words)) == sorted(re.findall(r"\{\w*\}", WORDS["zh"][key])), key


def test_measuring_tells_how_far_it_is(filled: Library) -> None:
    seen: list[tuple[int, int]] = []
    measure(filled, QUESTIONS[:2], 5, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_the_weight_of_meaning_decides_the_order(filled: Library, settings: Settings) -> None:
    """By words alone the page that has them is first, whatever the vectors say."""
    with (
        open_library(replace(settings, dense_weight=0.0)) as words,
        open_library(replace(settings, dense_weight=1e6)) as both,
    ):
        question = "Potters from Vell Sund glaze their jars with ash"
        assert words.search(question).hits[0].ranks["lexical"] == 1
        assert both.search(question).hits[0].ranks["dense"] == 1
        with pytest.raises(SettingsError, match="must be zero or above"):
            from docent.app import load_settings

            load_settings({"DOCENT_DENSE_WEIGHT": "nan"})


def test_the_commands_of_the_page_on_evaluation_run(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    lines = "".join(re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)).splitlines()
    assert len(lines) == 8
    (tmp_path / "samples").mkdir()
    for name in ("backup-runbook.md", "questions.jsonl"):
        shutil.copy(SAMPLES / name, tmp_path / "samples")
    names = {"DATA_DIR": "data", "CACHE_DIR": "cache"}
    env = {**os.environ, **{f"DOCENT_{name}": str(tmp_path / folder) for name, folder in names.items()}}
    env |= {"DOCENT_EMBEDDER": "hash:32", "DOCENT_READING_PROCESSES": "0"}
    for line in lines:
        command = line.replace(".venv/bin/python -m ", f"{sys.executable} -m docent.")
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    for name in ("report.html", "compared.html", "made.jsonl"):
        assert (tmp_path / name).stat().st_size
    assert list((tmp_path / "results").rglob("questions.json"))


def test_the_rows_of_the_page_are_questions(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (rows,) = re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    path = tmp_path / "page.jsonl"
    path.write_text(rows, encoding="utf-8")
    assert [one.unanswerable for one in read_questions(path)] == [False, True]


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium is installed: apt-get install chromium")
def test_a_browser_shows_the_report_on_a_phone_and_has_nothing_to_complain_of(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    path = tmp_path / "r.html"
    path.write_text(report_html([Run("a", evil_outcomes()), Run("b", evil_outcomes())], (1, 5)), encoding="utf-8")
    said: list[str] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator(".bar b").first.evaluate("one => one.getBoundingClientRect().width") > 100
        browser.close()
    assert asked == [path.as_uri()]
    assert said == []


def test_of_a_collection_too_large_to_read_the_rest_is_looked_up(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    birds = ("heron", "swift", "plover", "curlew", "dunlin", "godwit", "avocet", "osprey", "kestrel", "merlin")
    for number, bird in enumerate(birds):
        text = f"The {bird} of valley number {number} was ringed by the warden on a cold morning of March 1987.\n"
        (folder / f"first {bird}.txt").write_text(text)
        (folder / f"second {bird}.txt").write_text(f"{text}It flew away.\n")
    list(library.sync([folder]))
    monkeypatch.setattr(question_making, "MOST_READ", 5)
    assert [one for one in make_questions(library, 10) if not one.unanswerable] == []
    for bird in birds:
        library.remove(f"second {bird}.txt")
    made = make_questions(library, 10)
    assert {one.doc for one in made if one.doc} <= {f"first {bird}.txt" for bird in birds}
    assert made
