"""Answers without a model to what readers ask of manuals: how to do, what differs, where to write, why."""

from __future__ import annotations

import pytest
from passages import passage, table

from docent.llm import fold_events, make_answerer
from docent.llm.extractive.answering import ExtractiveAnswerer
from docent.llm.questions.asked import kinds_asked, subject_of
from docent.retrieval import Hit


def ask(question: str, *hits: Hit) -> str:
    return fold_events(make_answerer("extractive").stream(question, question, hits, ())).text


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("安装完成以后怎么添加用户？", "method"),
        ("用什么命令给文件签名？", "method"),
        ("How do I add a user?", "method"),
        ("报告应该发到哪个邮箱？", "address"),
        ("Where is the mailing list?", "address"),
    ],
)
def test_kinds_of_answer_that_manuals_give(question: str, kind: str) -> None:
    assert kind in kinds_asked(question)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("甲宏包和乙宏包有什么区别？", ["甲宏包和乙宏包", "？"]),
        ("怎么让上限出现在上方？", ["上限出现在上方？"]),
        ("青禾仪是干什么用的？", ["青禾仪", "？"]),
        ("这种漆含有什么成分？", ["这种漆含有", "成分？"]),
    ],
)
def test_what_asks_is_not_what_a_question_is_about(question: str, subject: list[str]) -> None:
    assert subject_of(question).split() == subject


def test_how_to_do_is_answered_by_what_to_do() -> None:
    text = "港口的船员帐号很多。添加帐号时请使用 addcrew 命令。"
    assert "addcrew" in ask("怎么添加船员帐号？", passage(text)).split("[1]")[0]


def test_an_address_is_what_has_one() -> None:
    text = "安装报告会公布在公共的邮件列表上，请确定您的邮箱可以公开。填写之后，请将它发送到 reports@qinghe.example 。"
    assert "reports@qinghe.example" in ask("安装报告应该发到哪个邮箱？", passage(text)).split("[1]")[0]


def test_what_differs_is_told_of_both_and_not_of_others() -> None:
    text = "flush 宏包在装入时自动运行。balance 宏包在装入时不运行，要用命令打开。"
    other = "松木宏包有两种不同的帆，各有不同的颜色。"
    told = ask("flush 和 balance 宏包有什么不同？", passage(other, "pine.pdf"), passage(text))
    assert "自动运行" in told
    assert "要用命令打开" in told
    assert "松木" not in told


def test_what_follows_from_the_sentence_before_is_told_with_it() -> None:
    text = "港口很老。用小船运货会漏掉发表目录一章。所以正式运货时必须用大船。大船很贵。"
    assert "漏掉发表目录一章。所以正式运货时必须用大船。" in ask("为什么正式运货必须用大船？", passage(text))
    english = "The old boats lose a crate on every trip. Therefore the harbour sends the big boats. They are dear."
    assert "lose a crate" in ask("Why does the harbour send the big boats?", passage(english))


FEW = "每页注脚不能超过十个。每章的标题要居中。船舱的温度计归船长保管。"


@pytest.mark.parametrize(("near", "refused"), [(0.86, True), (0.93, False)])
def test_few_words_in_common_need_a_passage_that_is_near(near: float, refused: bool) -> None:
    answerer = ExtractiveAnswerer(lambda _, texts: [near] * len(texts))
    question = "CPU 主服务器的报警温度不能超过多少度？"
    assert fold_events(answerer.stream(question, question, [passage(FEW)], ())).refused is refused


def test_most_words_in_common_need_none() -> None:
    answerer = ExtractiveAnswerer(lambda _, texts: [0.86] * len(texts))
    question = "每页注脚不能超过几个？"
    assert not fold_events(answerer.stream(question, question, [passage(FEW)], ())).refused


def test_a_row_that_the_question_names_needs_none() -> None:
    answerer = ExtractiveAnswerer(lambda _, texts: [0.86] * len(texts))
    question = "青禾港 2018 年的吞吐能力调整以后一共是多少万吨？"
    hit = table("harbour.pdf", "项目\t2018", "吞吐能力\t120")
    assert not fold_events(answerer.stream(question, question, [hit], ())).refused


@pytest.mark.parametrize("quote", ["“六片”", "「六片」"])
def test_what_a_question_quotes_is_meant_where_it_stands(quote: str) -> None:
    answerer = ExtractiveAnswerer(lambda _, texts: [0.8] * len(texts))
    question = f"旅游区规划的{quote}指的是什么？"
    text = f"{quote}分别是渔村、古街、美苑、湿地、港口和度假区。"
    assert not fold_events(answerer.stream(question, question, [passage(text)], ())).refused


def test_a_term_is_told_by_the_sentence_that_begins_with_it() -> None:
    text = "前者调用的引擎是青禾，后者调用的引擎是松木。引擎是编译源代码的程序。两者都用到引擎。"
    assert ask("什么是引擎？", passage(text)).startswith("引擎是编译源代码的程序。")
    english = "Files in /opt are static. Variable data for /opt is in /var/opt. /opt is reserved for add-on packages."
    assert ask("What is /opt for?", passage(english)).startswith("/opt is reserved")


def test_a_table_of_contents_answers_nothing() -> None:
    contents = "1 引擎的编译 . . . . . . . 3\n2 引擎的清洗步骤 . . . . . . . 5\n3 引擎的保管 . . . . . . . 9"
    told = ask("引擎的清洗步骤是什么？", passage(contents, "list.pdf"), passage("清洗时先关掉引擎，再用水冲。"))
    assert "先关掉引擎" in told
    assert " . . " not in told


@pytest.mark.parametrize("lead", ["在航海环境中使用命令", "航海时的用法如下"])
def test_a_line_of_code_is_told_with_what_announces_it(lead: str) -> None:
    text = f"船帆有三种颜色。\n\n{lead}\n\n\\sailindent\n\n这样就能出港了。"
    assert "sailindent" in ask("航海环境中怎么使用命令？", passage(text)).split("[1]")[0]
