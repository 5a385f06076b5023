"""The order of hits: what the question names, pages already shown, copies, measures of accounting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from contracts.store import document

from docent.retrieval import Collection, HashEmbedder, RerankerError, SearchOptions, Source
from docent.retrieval.indexes import vectors
from docent.retrieval.indexes.vectors import exact_scores
from docent.retrieval.search import ranking
from docent.retrieval.search.fusion import (
    Candidate,
    asks_for_number,
    is_contents,
    lift_named,
    lift_numbers,
    spread_pages,
)
from docent.retrieval.search.glossary import made_of
from docent.retrieval.search.neighbours import SHARE, _neighbours, better_beside, lean_on_neighbours
from docent.retrieval.search.ranking import rank


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(tmp_path / "c", HashEmbedder(64))
    yield opened
    opened.close()


def add(collection: Collection, name: str, *texts: str, path: Path) -> None:
    path.write_bytes(name.encode())
    collection.store.add(*document(name, *texts), Source("upload", name), path)


def names(collection: Collection, question: str, **options: object) -> list[str]:
    found = collection.search(question, SearchOptions(dense_weight=0.0, **options))  # type: ignore[arg-type]
    return [hit.document.name for hit in found.hits]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Is the quick ratio of 2023 healthy?", "current liabilities"),
        ("Have Gross Margins improved?", "cost of sales"),
        ("How much CAPEX was there?", "purchases of property"),
        ("What is the SG&A?", "selling general"),
        ("What is the D&A of 2023?", "depreciation"),
        ("这家公司的资产负债率是多少？", "负债合计"),
        ("應收賬款周轉率是多少", "应收账款"),
        ("What were the COGS in 2023?", "cost of sales"),
        ("公司的ROE是多少？", "shareholders equity"),
        ("What is the eps?", "earnings per share"),
        ("三費佔比", "管理费用"),
    ],
)
def test_a_measure_is_known_by_its_names(question: str, line: str) -> None:
    assert any(line in one for one in made_of(question))


@pytest.mark.parametrize(
    "question",
    [
        "Who is the DPO of the company?",
        "The quick brown fox: what ratio?",
        "margins gross",
        "净资产收益率是多少",
        "When was Leonardo da Vinci born?",
        "What is a package in PL/SQL?",
        "How many cogs does the wheel have?",
        "Which cog broke?",
        "Where do roes and roe deer feed?",
        "Which EPs did the band release?",
        "第三费用是什么？",
        "前三费用合计多少？",
        "",
    ],
)
def test_other_words_are_no_measure(question: str) -> None:
    assert made_of(question) == ()


def test_a_ratio_finds_the_statement_that_does_not_say_its_name(collection: Collection, tmp_path: Path) -> None:
    add(
        collection, "statement.txt", "Total current assets 5,308. Inventories 2,213. Total current liabilities 4,476.",
        path=tmp_path / "a",
    )  # fmt: skip
    add(collection, "talk.txt", "The ratio of men to women was quick to change.", path=tmp_path / "b")
    add(collection, "other.txt", "Nothing of the kind is said in this text.", path=tmp_path / "c.txt")
    assert names(collection, "What was the quick ratio?")[0] == "statement.txt"


def test_a_measure_is_unknown_only_where_its_lines_are(collection: Collection, tmp_path: Path) -> None:
    add(collection, "birds.txt", "The heron stands in the water.", path=tmp_path / "a")
    assert "capex" in collection.search("What is the capex of Heron?").unknown
    lines = "Consolidated statements of cash flows: purchases of property, plant and equipment, capital expenditures."
    add(collection, "statement.txt", lines, path=tmp_path / "b")
    found = collection.search("What is the capex of Egret?")
    assert found.unknown == {"egret"}


def test_a_short_cover_does_not_come_before_the_text_it_covers(collection: Collection, tmp_path: Path) -> None:
    """Its words stand in name and text alike, which is one piece of evidence and not two."""
    filler = "The board met four times in the year and heard of each plant in turn. "
    texts = (
        "Heron annual report",
        filler + "There were 310 staff at Heron in all.",
        filler,
        filler + "Staff of others.",
    )
    add(collection, "Heron annual report.txt", *texts, path=tmp_path / "a")
    add(collection, "Egret.txt", filler + "Its staff is small.", path=tmp_path / "b")
    found = collection.search("How many staff does Heron count in its report?", SearchOptions(dense_weight=0.0))
    assert found.hits[0].chunk.pages == (2,)


def candidates(*rows: tuple[str, str, int]) -> dict[int, Candidate]:
    return {number: Candidate(doc, name, range(page, page + 1)) for number, (doc, name, page) in enumerate(rows)}


def test_documents_that_the_question_names_gain() -> None:
    known = candidates(("a", "Heron_2019.pdf", 1), ("b", "Egret_2019.pdf", 1), ("c", "Ibis_2018.pdf", 1))
    found = lift_named({0: 1.0, 1: 1.05, 2: 1.0}, known, "What did Heron earn in 2019?")
    assert found[0] > found[1] > found[2] == 1.0


def test_a_name_that_all_documents_share_and_a_number_that_counts_files_tell_nothing() -> None:
    known = candidates(("a", "report 11.pdf", 1), ("b", "report 12.pdf", 1))
    assert lift_named({0: 1.0, 1: 0.9}, known, "What does the report say of 12 May?") == {0: 1.0, 1: 0.9}


def test_one_document_is_not_lifted_against_itself() -> None:
    assert lift_named({0: 1.0}, candidates(("a", "Heron.pdf", 1)), "Heron") == {0: 1.0}


def test_a_page_that_is_shown_gives_way() -> None:
    known = candidates(("a", "a", 1), ("a", "a", 1), ("a", "a", 2), ("b", "b", 1))
    found = spread_pages([0, 1, 2, 3], {0: 1.0, 1: 0.95, 2: 0.9, 3: 0.5}, known, 4)
    assert list(found) == [0, 2, 1, 3]
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert list(spread_pages([0, 1, 2, 3], dict.fromkeys(range(4), 1.0), known, 2)) == [0, 2]


@pytest.mark.parametrize(
    "question", ["How many herons?", "What is the tax rate?", "有多少员工？", "the quick ratio", "占比"]
)
def test_a_number_is_asked_for(question: str) -> None:
    assert asks_for_number(question)


@pytest.mark.parametrize("question", ["Who counts the herons?", "Is the report accurate?", "谁是董事长？"])
def test_no_number_is_asked_for(question: str) -> None:
    assert not asks_for_number(question)


def test_numbers_gain_a_little_and_no_more() -> None:
    texts = {0: "北部 12,345 67,890", 1: "北部有许多苍鹭，" * 8 + "另见 2019", 2: "没有数字", 3: ""}
    found = lift_numbers(dict.fromkeys(texts, 1.0), texts)
    assert found[0] == pytest.approx(1.1)
    assert 1.1 > found[1] > found[2] == found[3] == 1.0


@pytest.mark.parametrize("question", ["nesting of herons", "how many herons are nesting"])
def test_a_table_of_contents_comes_after_the_text(collection: Collection, tmp_path: Path, question: str) -> None:
    contents = "\n".join(f"{number} Herons: nesting, herons nesting . . . . . . . . {number}" for number in range(2, 9))
    add(collection, "contents.txt", contents, path=tmp_path / "a")
    add(collection, "text.txt", "Herons are nesting in tall trees near the water.", path=tmp_path / "b")
    assert collection.lexical(question, 1) == collection.lexical("Herons: nesting, herons nesting", 1)  # the contents
    assert names(collection, question) == ["text.txt", "contents.txt"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1 起点 . . . . . . . 1\n1.1 工具……………… 2", True),
        ("Which of these is a title so long\nthat it takes two lines more\nthan one? . . . . . . . xii", True),
        ("blankleft (option) · · · · · 10", True),
        ("She waited ...... and then left.\nNobody came.", False),
        ("Name: ............\nDate: ............", False),
        ("Revenue\t12.5\t13.1\nCost\t1.2.3.4\t2.0", False),
        ("", False),
    ],
)
def test_contents_are_known_by_dots_that_lead_to_a_page(text: str, is_one: bool) -> None:
    assert is_contents(text) == is_one


def test_what_words_find_first_has_a_place_by_meaning_too(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("herons nest in trees", "herons nest in tall trees", "ships sail on the sea")
    add(collection, "texts.txt", *texts, path=tmp_path / "a")
    collection.fill_vectors()
    monkeypatch.setattr(vectors, "CANDIDATES", 1)
    (nearest,) = collection.dense("herons nest in trees", 1)
    (other,) = collection.lexical("ships", 1)
    assert other != nearest
    assert collection.dense("herons nest in trees", 1, lexical=[other, nearest]) == [nearest, other]


def test_a_passage_leans_on_the_better_of_its_neighbours(collection: Collection, tmp_path: Path) -> None:
    texts = ("herons of the north", "continued 1 2 3", "egrets of the south")
    add(collection, "birds.txt", *texts, path=tmp_path / "a")
    add(collection, "single.txt", "ibises of the east", path=tmp_path / "b")
    collection.fill_vectors()
    collection.refresh()
    connection, query = collection.store.connection, collection.embedder.embed_query("herons of the north")
    ids = [row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")]
    scores = exact_scores(connection, collection.embedder_id, query, ids)
    near = better_beside(
        connection, lambda some: exact_scores(connection, collection.embedder_id, query, some), ids[1:]
    )
    found = lean_on_neighbours({one: scores[one] for one in ids[1:]}, near)
    assert found[ids[1]] == pytest.approx(scores[ids[1]] + SHARE * scores[ids[0]])  # which is not among the found
    assert found[ids[2]] == pytest.approx(scores[ids[2]] + SHARE * scores[ids[1]])
    behind = (scores[ids[1]] - scores[ids[0]] + scores[ids[2]] - scores[ids[1]]) / 2
    assert found[ids[3]] == pytest.approx(scores[ids[3]] + SHARE * (scores[ids[3]] - behind))
    assert lean_on_neighbours({}, {}) == {}


def test_neighbours_are_those_of_the_same_document(collection: Collection, tmp_path: Path) -> None:
    for name, count in (("a.md", 3), ("b.md", 2), ("c.md", 1)):
        add(collection, name, *(f"{name} {number}" for number in range(count)), path=tmp_path / name)
    rows = collection.store.connection.execute("SELECT id, document_id, ordinal FROM chunks").fetchall()
    expected = {(a[0], b[0]) for a in rows for b in rows if a[1] == b[1] and abs(a[2] - b[2]) == 1}
    assert set(_neighbours(collection.store.connection, [row[0] for row in rows])) == expected
    assert len(expected) == 6


def test_where_a_chunk_stands_is_read_without_its_text(collection: Collection) -> None:
    query = "SELECT document_id, last_page FROM chunks INDEXED BY chunk_places WHERE id IN (1, 2)"
    plan = collection.store.connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert ["COVERING INDEX chunk_places" in row[3] for row in plan] == [True]


def test_the_same_words_are_one_hit_with_the_places_of_its_copies(collection: Collection, tmp_path: Path) -> None:
    text = "The heron nests in tall trees near the water, and it returns each year in March."
    add(collection, "one.txt", text, path=tmp_path / "a")
    add(collection, "two.txt", text.replace(", and", ",\nand").upper(), path=tmp_path / "b")
    add(collection, "not.txt", text.replace("it returns", "it never returns"), path=tmp_path / "c.txt")
    found = collection.search("Where does the heron nest?").hits
    assert sorted(hit.document.name for hit in found) == ["not.txt", "one.txt"]
    (copy,) = next(hit.copies for hit in found if hit.document.name == "one.txt")
    assert (copy.document.name, copy.pages) == ("two.txt", (1,))


def test_a_number_a_sign_and_a_short_text_make_no_copies(collection: Collection, tmp_path: Path) -> None:
    texts = [
        "The heron's number changed by -12.5 % in the north.",
        "The heron's number changed by 12.5 % in the north.",
    ]
    for place, text in enumerate([*texts, "Heron.", "Heron. "]):
        add(collection, f"{place}.txt", text, path=tmp_path / str(place))
    assert sorted(names(collection, "heron")) == ["0.txt", "1.txt", "2.txt", "3.txt"]


class Backwards:
    """A reranker that likes best what was last."""

    depth = 2

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        self.asked.append((question, list(passages)))
        if self.fails:
            raise RerankerError("it is asleep.")
        return [float(place) for place in range(len(passages))]


@pytest.fixture
def herons(collection: Collection, tmp_path: Path) -> Collection:
    for place in range(3):
        add(collection, f"{place}.txt", "heron " * (3 - place) + "and other birds", path=tmp_path / str(place))
    return collection


def test_a_reranker_orders_the_best_hits_and_those_alone(herons: Collection) -> None:
    assert names(herons, "heron") == ["0.txt", "1.txt", "2.txt"]
    reranker = Backwards()
    found = herons.search("heron", SearchOptions(dense_weight=0.0, reranker=reranker))
    assert [hit.document.name for hit in found.hits] == ["1.txt", "0.txt", "2.txt"]
    assert [hit.ranks.get("reranker") for hit in found.hits] == [1, 2, None]
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    assert reranker.asked == [
        ("heron", ["0 > Section 1\nheron heron heron and other birds", "1 > Section 1\nheron heron and other birds"])
    ]


def test_a_reranker_that_fails_leaves_the_order_and_says_why(herons: Collection) -> None:
    found = herons.search("heron", SearchOptions(dense_weight=0.0, reranker=Backwards(fails=True)))
    assert [hit.document.name for hit in found.hits] == ["0.txt", "1.txt", "2.txt"]
    assert found.notice == "it is asleep."
    assert all("reranker" not in hit.ranks for hit in found.hits)


def test_a_reranker_is_not_asked_about_nothing(collection: Collection) -> None:
    reranker = Backwards()
    assert collection.search("heron", SearchOptions(reranker=reranker)).hits == ()
    assert reranker.asked == []


def test_as_many_hits_come_back_as_are_asked_for(collection: Collection, tmp_path: Path) -> None:
    add(collection, "many.txt", *(f"heron {place}" for place in range(160)), path=tmp_path / "a")
    assert len(names(collection, "heron", limit=150)) == 150


def test_a_chunk_that_was_removed_after_it_was_found_is_passed_over(collection: Collection, tmp_path: Path) -> None:
    add(collection, "single.txt", "heron", path=tmp_path / "a")
    connection = collection.store.connection
    (one,) = (row[0] for row in connection.execute("SELECT id FROM chunks"))
    assert list(rank(connection, "how many herons?", {one + 1: 1.0, one: 0.5}, 10).scores) == [one]
    assert rank(connection, "heron", {one + 1: 1.0}, 10, Backwards()).scores == {}


def test_a_chunk_that_is_removed_before_it_is_judged_puts_no_other_in_twice(
    herons: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = herons.store.connection
    first, second, third = (row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id"))
    known = ranking._candidates(connection, [first, second, third])
    monkeypatch.setattr(ranking, "_candidates", lambda *_: known)
    connection.execute("DELETE FROM chunks WHERE id = ?", (first,))
    reranker = Backwards()
    reranker.depth = 3
    found = rank(connection, "heron", {first: 0.3, second: 0.2, third: 0.1}, 10, reranker)
    assert found.judged == (third, second)
    assert list(found.scores) == [third, second, first]
    assert list(found.scores.values()) == sorted(found.scores.values(), reverse=True)
