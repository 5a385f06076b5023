"""Answers without a model: which sentences are quoted, and in what form."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from passages import pairs, passage, table

from docent.llm import Answer, answer_events, fold_events, make_answerer
from docent.llm.extractive.across import is_foreign
from docent.llm.questions.asked import clauses, kinds_asked, subject_of
from docent.retrieval import EmbedderError, Hit, SearchResult


def ask(question: str, *hits: Hit) -> Answer:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ()))


def first(question: str, *hits: Hit) -> str:
    """The first paragraph of an answer, without its marker."""
    return ask(question, *hits).text.split("\n\n")[0].rsplit(" [", 1)[0]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("青禾公司的员工有多少人？", "number"),
        ("毛利率是多少？", "number"),
        ("How many people work there?", "number"),
        ("这座桥是哪一年建成的？", "date"),
        ("When was the bridge opened?", "date"),
        ("销售费用为什么增加？", "reason"),
        ("What drove the increase in inventories?", "reason"),
        ("该公司有哪些子公司？", "list"),
        ("What are the three layers?", "list"),
        ("谁签署了这份报告？", "person"),
        ("Who signed the report?", "person"),
        ("工厂在哪里？", "place"),
        ("它又名什么？", "name"),
        ("封面是什么颜色？", "noun"),
        ("What is a pod?", "definition"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert kind in kinds_asked(question)


@pytest.mark.parametrize(
    "question", ["几何学研究对象", "怎样提高效率？", "你认为这几乎不可能吗？", "生命耗完算为什么？"]
)
def test_what_only_looks_like_a_question_word(question: str) -> None:
    assert kinds_asked(question).isdisjoint({"number", "reason"})


def test_words_that_ask_are_not_what_a_question_is_about() -> None:
    assert subject_of("渡口的目的是什么？").split() == ["渡口", "目的", "？"]
    assert subject_of("How many boats did FY2022 bring?").split() == ["boats", "2022", "bring?"]


def test_clauses_are_the_things_that_are_asked() -> None:
    assert clauses("营业收入是多少元？比上年增减多少？") == ["营业收入是多少元", "比上年增减多少"]
    assert clauses("1,200 boats came, so how many left?") == ["1,200 boats came, so how many left?"]


def test_a_question_word_makes_no_sentence_an_answer() -> None:
    stray = passage("你认为这样的渡口还会有什么机会吗，大家都说没有什么机会。", "b.pdf")
    right = passage("小渡村的渡口由三条木船组成。", "a.pdf")
    assert first("小渡村的渡口有什么？", stray, right) == "小渡村的渡口由三条木船组成。"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "石桥镇的铁桥是什么时候建成的？",
            "石桥镇的铁桥是建成后最长的铁桥。石桥镇的铁桥于1931年建成。石桥镇的铁桥用钢建成。",
            "石桥镇的铁桥于1931年建成。",
        ),
        (
            "When was the iron bridge of Tarn opened?",
            "The iron bridge of Tarn was opened by a choir. The iron bridge of Tarn was opened in May 1931.",
            "The iron bridge of Tarn was opened in May 1931.",
        ),
        (
            "How many barges does the port of Tarn have?",
            "The port of Tarn has barges of oak. The port of Tarn has 41 barges.",
            "The port of Tarn has 41 barges.",
        ),
        (
            "Why did freight costs of Tarn rise?",
            "Freight costs of Tarn did rise again. Freight costs of Tarn did rise primarily due to fuel.",
            "Freight costs of Tarn did rise primarily due to fuel.",
        ),
        ("青禾的封面是什么颜色？", "青禾的封面是厚纸做的。青禾的封面印成淡绿色。", "青禾的封面印成淡绿色。"),
    ],
)
def test_a_sentence_that_looks_like_the_answer_comes_first(question: str, text: str, answer: str) -> None:
    assert first(question, passage(text)) == answer


def test_what_the_whole_document_is_about_is_no_merit_of_a_sentence() -> None:
    name = passage("云麓山甲，又称云麓鲤，是一种小兽。体长约65厘米，尾长56厘米。", "a.pdf", "云麓山甲")
    more = passage("云麓山甲的爪子很厚。云麓山甲的皮很硬。", "a.pdf", "云麓山甲")
    other = passage("海燕在海上飞行，翼长很大。", "b.pdf")
    assert first("云麓山甲的体长是多少厘米？", name, more, other) == "体长约65厘米，尾长56厘米。"


def test_a_heading_that_lists_things_is_said_of_none_of_its_sentences() -> None:
    text = "第三条 云麓县的县花是杜鹃。第四条 云麓县的县歌是《山谣》。第五条 云麓县治是石桥镇。"
    answer = ask("云麓县治是哪里？", passage(text, heading="总纲 > 第四章 县花、县歌、县治"))
    assert answer.text == "第五条 云麓县治是石桥镇。 [1]"


def test_a_sentence_that_a_line_break_cut_is_quoted_whole() -> None:
    text = (
        "3.【强制】记录字段的长度不要超过4000，如果需要保存的内容比这个\n更长，要另建一张表。\n4.【推荐】字段名用小写。"
    )
    answer = ask("记录字段的长度不要超过多少？", passage(text))
    assert answer.text.startswith(
        "3.【强制】记录字段的长度不要超过4000，如果需要保存的内容比这个更长，要另建一张表。 [1]"
    )
    assert answer.citations[0].quote in text


def test_a_heading_is_not_joined_to_the_sentence_below() -> None:
    text = "关于渡口与木船的管理办法以及收费标准\n木船的收费为每人三元。"
    assert first("木船的收费是多少？", passage(text, heading=text.split("\n")[0])) == "木船的收费为每人三元。"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("• grain\n• salt\n• timber\n", "- grain\n- salt\n- timber"),
        ("1. grain\n2. salt\n3. timber\n", "1. grain\n2. salt\n3. timber"),
        ("(a) grain\n(b) salt\n(c) timber\n", "(a) grain\n(b) salt\n(c) timber"),
        ("1. grain\n3. salt\n4. timber\n", "- 1. grain\n- 3. salt\n- 4. timber"),  # a page would count 1, 2, 3
    ],
)
def test_a_list_is_quoted_with_what_announces_it(text: str, told: str) -> None:
    text = f"The ferry takes these goods:\n{text}It leaves at noon."
    answer = ask("Which goods does the ferry take?", passage(text))
    assert answer.text.split(" [1]")[0] == f"The ferry takes these goods:\n{told}"
    assert answer.citations[0].quote in text


def test_an_item_brings_its_list_where_a_list_is_asked_for() -> None:
    text = "渡船可以运送：\n（一）粮食和食盐；\n（二）木材；\n（三）牲畜。"
    assert "粮食" in first("渡船可以运送哪些木材和牲畜？", passage(text))


def test_the_row_of_a_figure_goes_before_prose_and_rows_beside_it() -> None:
    prose = passage("青禾公司的营业收入主要来自粮食，2019年的营业收入是关键指标。", "b.pdf")
    parts = table("b.pdf", "子公司\t2019年营业收入\t净利润", "青禾种业\t6.40\t1.10", "青禾农机\t2.20\t0.40")
    own = table(
        "b.pdf",
        "项目\t2019年\t2018年\t本年比上年增减",
        "一、营业收入（元）\t29.41\t27.18\t8.20%",
        "净利润\t7.7\t6\t27%",
    )
    assert first("青禾公司2019年的营业收入是多少？", prose, parts, own) == "一、营业收入（元），2019年：29.41"


def test_every_column_that_is_asked_for_is_told() -> None:
    own = table("a.pdf", "项目\t2019年\t2018年\t本年比上年增减", "营业收入\t29.41\t27.18\t8.20%", "净利润\t7.7\t6\t27%")
    told = first("2019年的营业收入是多少？比上年增减多少？", own)
    assert told == "营业收入，2019年：29.41；本年比上年增减：8.20%"


def test_the_reason_in_a_row_is_told_with_its_figure() -> None:
    costs = table(
        "a.pdf", "项目\t2019年\t变动说明", "销售费用\t59.6\t主要系佣金增加所致", "管理费用\t38.6\t人员增加所致"
    )
    assert first("2019年的销售费用为什么增加？", costs) == "销售费用，2019年：59.6；变动说明：主要系佣金增加所致"


def test_a_label_is_named_by_whole_words() -> None:
    rows = table("a.pdf", "in millions\t2023", "EBIT\t1,510", "EBITDA\t2,018")
    assert first("What was EBITDA in 2023?", rows).startswith("EBITDA, 2023: 2,018")


def test_a_pair_is_told_as_label_and_value() -> None:
    facts = pairs("a.pdf", "公司的法定代表人\t陈青禾", "公司的网址\tqinghe.example")
    assert ask("公司的法定代表人是谁？", facts).text == "公司的法定代表人：陈青禾 [1]"


def test_another_document_than_is_asked_about_is_left_out() -> None:
    alpha = pairs("alpha_2019.pdf", "share of the five largest customers\t17%")
    beta = pairs("beta_2019.pdf", "share of the five largest customers\t22%")
    answer = ask("What is the share of the five largest customers of Beta?", alpha, beta)
    assert [one.hit.document.name for one in answer.citations] == ["beta_2019.pdf"]


def test_where_several_documents_answer_their_names_are_told() -> None:
    north = passage("The northern ferry leaves at 9.", "north.pdf")
    south = passage("The southern ferry leaves at 11.", "south.pdf")
    answer = ask("When does the ferry leave?", north, south)
    assert (
        answer.text
        == "north.pdf: The northern ferry leaves at 9. [1]\n\nsouth.pdf: The southern ferry leaves at 11. [2]"
    )
    assert [answer.text[one.start : one.end] for one in answer.statements] == [one.quote for one in answer.citations]


def test_the_more_the_first_sentence_says_the_less_stands_beside_it() -> None:
    text = (
        "The ferry leaves the northern pier at noon. The northern pier was built by the owners of the ferry."
        " The ferry is painted green and so is the northern pier. Dogs may come along."
    )
    answer = ask("When does the ferry leave the northern pier?", passage(text))
    assert [one.quote for one in answer.citations] == ["The ferry leaves the northern pier at noon."]
    several = ask("When does the ferry leave the northern pier, and who built the northern pier?", passage(text))
    assert len(several.citations) > 1


def test_below_a_caption_the_row_is_quoted_as_well() -> None:
    sales = table("a.pdf", "Store\t2018\t2019", "Net sales of the stores in Tarn\t41\t43")
    caption = passage("Net sales of the stores in Tarn in 2019", "a.pdf")
    assert "43" in ask("What were the net sales of the stores in Tarn in 2019?", caption, sales).text


def test_nothing_is_said_twice() -> None:
    text = "The ferry leaves Tarn at noon every day of the week."
    copies = [passage(f"{text} {more}", f"{more}.pdf") for more in ("It is blue.", "It is red.")]
    near = passage("The ferry leaves Tarn at noon, every day of each week.", "c.pdf")
    answer = ask("When does the ferry leave Tarn on each day?", *copies, near)
    assert sum("noon" in one.quote for one in answer.citations) == 1


def test_another_number_is_another_sentence() -> None:
    text = "The ferry leaves Tarn at 9 in May. The ferry leaves Tarn at 11 in June."
    assert len(ask("When does the ferry leave Tarn?", passage(text)).citations) == 2


def test_a_sentence_that_goes_on_from_another_follows_it() -> None:
    text = "前550年，栾盈政治斗争失败，投奔了齐庄公。齐庄公派他攻击晋国。此后再无消息，人们都忘了。"
    turned = passage("他投奔了齐庄公的栾盈失败。他派栾盈攻击晋国的都城。", "a.pdf")
    quotes = [one.quote for one in ask("谁派栾盈攻击晋国的都城？", turned).citations]
    assert quotes == sorted(quotes, key=turned.chunk.text.index)
    assert first("齐庄公派栾盈攻击哪国？", passage(text)).endswith("。")


def nearness(right: str) -> object:
    """A stand-in for vectors: one text means what is asked, and no other does."""

    def similarity(question: str, texts: Sequence[str]) -> list[float]:
        del question
        return [0.9 if right in text else 0.8 for text in texts]

    return similarity


CHINESE = passage(
    "木船在每天中午离开渡口，风大的时候停开。渡口的木船一共有三条，都是本地人造的。船票要在岸上买好再上船。"
)


def across(question: str, similarity: object, hit: Hit = CHINESE, unknown: frozenset[str] = frozenset()) -> Answer:
    found = SearchResult((hit,), unknown=unknown)
    answerer = make_answerer("extractive")
    return fold_events(answer_events(question, lambda _: found, answerer, (), similarity))  # type: ignore[arg-type]


def test_a_question_in_another_language_is_answered_by_what_sentences_mean() -> None:
    unknown = frozenset({"wooden", "boat", "ferry"})
    answer = across("How many wooden boats are at the Ferry?", nearness("三条"), unknown=unknown)
    assert not answer.refused
    assert [one.quote for one in answer.citations] == ["渡口的木船一共有三条，都是本地人造的。"]


@pytest.mark.parametrize(
    ("question", "notice"),
    [("How many wooden boats are there?", "in Chinese"), ("一共有多少条木船？", "英文")],
)
def test_the_reader_is_told_that_the_documents_are_in_another_language(question: str, notice: str) -> None:
    english = passage(
        "The boats leave at noon, but not in a strong wind. There are three of the boats, and all were built here."
        " Whoever wants to go buys a ticket on the shore before the boat comes."
    )
    right = "三条" if question.isascii() else "three"
    hit = CHINESE if question.isascii() else english
    answer = across(question, nearness(right), hit)
    assert notice in answer.notice
    assert not across("木船一共有多少条？", nearness("三条")).notice


def test_a_sentence_of_another_language_must_look_like_the_answer_and_name_the_office() -> None:
    board = passage(
        "Mr. Ito is President of Ferry Works since 1990. The wooden boats leave at noon, but not in a strong wind."
        " Ms. Ada Reed is Chairwoman of Ferry Works and of the pier. Tickets are sold on the shore by the crew."
    )
    assert across("这家公司的董事长是谁？", nearness("Ito"), board).refused
    assert "Ada Reed" in across("这家公司的董事长是谁？", nearness("Ada"), board).text
    assert across("一共有多少张船票？", nearness("Tickets"), board).refused


def test_a_name_that_all_sentences_have_is_not_compared() -> None:
    asked: list[str] = []

    def similarity(question: str, texts: Sequence[str]) -> list[float]:
        asked.append(question)
        return [0.8] * len(texts)

    text = (
        "Tarn has boats that leave for the island at noon. " * 3 + "Tarn has a pier that is older than the boats are."
    )
    across("Tarn 的木船什么时候开？", similarity, passage(text))
    assert asked == ["木船什么时候开？"]


def test_where_no_meaning_stands_out_the_reader_is_told_why() -> None:
    answer = across("How tall is the lighthouse?", nearness("灯塔"))
    assert answer.refused
    assert answer.text.endswith("The nearest passages are in Chinese: ask in Chinese to be sure.")
    english = passage("The ferry leaves Tarn at noon every day, but not when there is a strong wind.")
    assert "英文" in across("灯塔有多高？", nearness("lighthouse"), english).text


def test_a_model_that_is_missing_is_no_error_across_languages() -> None:
    def similarity(question: str, texts: Sequence[str]) -> list[float]:
        raise EmbedderError("there is no model.")

    assert across("How many boats are there?", similarity).refused


@pytest.mark.parametrize(
    ("question", "own", "other", "said"),
    [
        ("渡口有几条木船？", CHINESE.chunk.text, "The tea is brewed at 80 degrees for three minutes.", "一共有三条"),
        ("When does the ferry leave Tarn?", "The ferry leaves Tarn at noon.", "红茶需要沸水冲泡三分钟。", "at noon"),
    ],
)
def test_few_passages_in_the_language_of_the_question_answer_it_by_words(
    question: str, own: str, other: str, said: str
) -> None:
    foreign = [passage(f"{other} {number}.", f"{number}.pdf") for number in range(3)]
    answerer = make_answerer("extractive")

    def asked(*hits: Hit) -> Answer:
        found = SearchResult(hits)
        return fold_events(answer_events(question, lambda _: found, answerer, (), nearness(said)))  # type: ignore[arg-type]

    for hits in ((passage(own), *foreign), (foreign[0], passage(own), *foreign[1:])):
        answer = asked(*hits)
        assert said in answer.text
        assert not answer.notice
    assert asked(*foreign).refused


BOTH = (
    "E07：循环泵堵转，断电后清洗过滤网，再次出现时更换循环泵。E07 means that the pump is blocked by sand or scale.",
    "E09：加热器出现故障，检查插头和保险丝。E09 is a fault of the heater, the connector or the fuse.",
    "发生故障时设备停止加热，显示屏显示代码。On an error the device stops and shows a code on its display.",
)


def test_passages_that_say_each_thing_in_two_languages_are_foreign_to_neither() -> None:
    found = SearchResult(tuple(passage(text, f"{number}.pdf") for number, text in enumerate(BOTH)))
    question, answerer = "What does error E07 mean?", make_answerer("extractive")
    answer = fold_events(answer_events(question, lambda _: found, answerer, (), nearness("nothing")))  # type: ignore[arg-type]
    assert "pump is blocked" in answer.text
    assert not answer.notice


@pytest.mark.parametrize(
    "code",
    [
        "$ apt-get install --no-install-recommends build-essential",
        "# output every command that modifies files on the build system.",
    ],
)
def test_code_between_chinese_sentences_makes_no_english_passage(code: str) -> None:
    before = "先用下面的命令安装所需的软件包，再重启服务，然后检查日志中有没有错误。"
    text = f"{before}\n{code}\n如果没有错误，就可以开始构建软件包，并把结果放到仓库里，供其他机器安装。"
    assert is_foreign("How are the packages installed?", passage(text))


def test_words_decide_in_one_language() -> None:
    answer = across("木船一共有多少条？", nearness("船票"))
    assert answer.citations[0].quote == "渡口的木船一共有三条，都是本地人造的。"


def test_whoever_asks_for_a_ratio_is_shown_its_lines() -> None:
    talk = passage("The gross margin is a measure that readers of the report know from other years.", "a.pdf")
    lines = table("a.pdf", "in millions\t2023", "Net sales\t14,694", "Cost of sales\t11,969", "Staff\t312")
    answer = ask("Is the gross margin of 2023 good? If it means nothing here, say so and explain why.", talk, lines)
    quotes = " ".join(one.quote for one in answer.citations)
    assert "14,694" in quotes
    assert "11,969" in quotes


def test_the_unit_of_a_table_ends_with_its_line() -> None:
    context = "(in millions, except per share data\nFiscal Years Ended\t2023\t2022)"
    told = first(
        "What were net sales in 2023?", table("a.pdf", "Item\t2023\t2022", "Net sales\t14\t12", context=context)
    )
    assert told == "Net sales, 2023: 14 (in millions, except per share data)"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "年满十八周岁的成员，都有选举权；但是被停止资格的人除外。代表由成员选举产生。",
            "年满十八周岁的成员，都有选举权；但是被停止资格的人除外。",
        ),
        (
            "年满十八周岁的成员都有选举权；章程另有规定的除外。代表由成员选举产生。",
            "年满十八周岁的成员都有选举权；章程另有规定的除外。",
        ),
        ("年满十八周岁的成员都有选举权；代表由成员选举产生。", "年满十八周岁的成员都有选举权；"),
        (
            "Members of eighteen years have the right to vote；\nexcept those under suspension. Rents are due in May.",
            "Members of eighteen years have the right to vote；\nexcept those under suspension.",
        ),
    ],
)
def test_an_exception_behind_a_semicolon_belongs_to_the_rule(text: str, quote: str) -> None:
    question = "哪些成员有选举权？" if "成员" in text else "Which members have the right to vote?"
    assert ask(question, passage(text)).citations[0].quote == quote
