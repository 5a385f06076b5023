"""Follow-ups are written out in full, and questions that stand alone stay as they are."""

from __future__ import annotations

import pytest
from conftest import ROOT
from contracts.chat import hit

from docent.llm import Notice, Turn, answer_events, fold_events, make_answerer, standalone
from docent.llm.follow_ups.rewriting import checked
from docent.retrieval import SearchResult

CHINESE = [
    ("2018 年的净利润是多少？", "那 2019 年呢？", "2019 年的净利润是多少？"),
    ("青禾股份 2018 年末的总资产是多少？", "2019年呢？", "青禾股份 2019 年末的总资产是多少？"),
    ("青禾股份 2018 年末的总资产是多少？", "前一年呢？", "青禾股份 2017 年末的总资产是多少？"),
    ("2018 年的净利润是多少？", "2017年是多少？", "2017 年的净利润是多少？"),
    ("2018年的净利润是多少？", "营业收入呢？", "2018年的营业收入是多少？"),
    ("2018年的净利润是多少？", "那营业收入是多少？", "2018年的营业收入是多少？"),
    ("西北地区营业收入是多少？", "那华东地区呢？", "华东地区营业收入是多少？"),
    ("西北地区营业收入是多少？", "毛利率呢", "西北地区毛利率是多少？"),
    ("西北地区的营业收入是多少？", "华东呢？", "华东的营业收入是多少？"),
    ("2018年华东地区的净利润是多少？", "那2019年西北地区的呢？", "2019年西北地区的净利润是多少？"),
    ("青禾股份 2019 年染料产品的毛利率是多少？", "营业成本呢？", "青禾股份 2019 年染料产品的营业成本是多少？"),
    ("青禾股份 2019 年的销售费用为什么增加？", "那管理费用呢？", "青禾股份 2019 年的管理费用为什么增加？"),
    ("青禾股份 2019 年的销售费用是多少？", "同比增长多少？", "青禾股份 2019 年的销售费用同比增长多少？"),
    ("青禾股份 2019 年的营业收入是多少？", "其净利润是多少？", "青禾股份2019 年的净利润是多少？"),
    ("青禾股份的法定代表人是谁？", "它的注册资本是多少？", "青禾股份的注册资本是多少？"),
    ("青禾股份的法定代表人是谁？", "该公司有多少员工？", "青禾股份有多少员工？"),
    ("青禾股份的法定代表人是谁？", "他的学历是什么？", "青禾股份的法定代表人的学历是什么？"),
    ("西北地区的营业收入是多少？", "该地区的员工有多少？", "西北地区的员工有多少？"),
    ("2023年西北地区的营业收入是多少？", "当年的净利润是多少？", "2023年西北地区的净利润是多少？"),
    ("青禾股份 2019 年的营业收入是多少？", "它当年的净利润是多少？", "青禾股份2019 年的净利润是多少？"),
    ("青禾股份的会计师是哪家？签字人是谁？", "它的地址呢？", "青禾股份的地址是什么？"),
    ("陆守仁的籍贯是哪里？", "父亲是谁？", "陆守仁的父亲是谁？"),
    ("陆七是怎么死的？", "陆六呢？", "陆六是怎么死的？"),
    ("新禾城由哪个公司开发？", "什么时候建成的？", "新禾城什么时候建成的？"),
    ("谁演唱了《山中来信》的主题曲？", "它的作者是谁？", "《山中来信》的作者是谁？"),
    ("在中国，银蒿分布在哪些省市？", "它的外貌特征是什么？", "银蒿的外貌特征是什么？"),
    ("花斑猫又称什么？", "分布在哪些地区？", "花斑猫分布在哪些地区？"),
    ("新禾路桥原来的地址在哪里？", "为什么要修建它？", "为什么要修建新禾路桥？"),
    ("出差超过3天怎么报销？", "那5天呢？", "出差超过5天怎么报销？"),
    ("青禾银行已使用情况是多少？", "那南山银行的情况呢？", "南山银行已使用情况是多少？"),
    ("归属于上市公司股东的净利润2019 年是多少？", "那营业收入是多少？", "营业收入2019 年是多少？"),
    ("营业收入2019 年是多少？", "归属于上市公司股东的净利润呢？", "归属于上市公司股东的净利润2019 年是多少？"),
    ("第三章讲了什么内容？", "第四章呢？", "第四章讲了什么内容？"),
    ("员工里博士有多少人？", "硕士呢？", "员工里硕士有多少人？"),
    ("董事会秘书的联系电话是多少？", "法定代表人呢？", "法定代表人的联系电话是多少？"),
    ("董事长的薪酬是多少？", "总经理呢？", "总经理的薪酬是多少？"),
    ("青禾股份的净利润是多少？", "那董事长呢？", "青禾股份的董事长是谁？"),
    ("青禾股份的净利润是多少？", "注册地址呢？", "青禾股份的注册地址是什么？"),
    ("青禾股份的董事长是谁？", "总经理呢？", "青禾股份的总经理是谁？"),
    ("青禾股份的董事长是谁？", "净利润呢？", "青禾股份的净利润是多少？"),
    ("董事长多少岁？", "总经理呢？", "总经理多少岁？"),
    ("2023年管网漏损率是多少？", "为什么？", "2023年管网漏损率变化的原因是什么？"),
    ("2023年管网漏损率是多少？", "为什么下降？", "2023年管网漏损率为什么下降？"),
    ("西北地区营业收入增长多少？", "原因是什么？", "西北地区营业收入增长的原因是什么？"),
    ("泵的最高温度是多少？", "为什么？", "泵的最高温度的原因是什么？"),
    ("会议什么时候召开？", "在哪儿开？", "会议在哪儿开？"),
    ("过滤网多久清洗一次？", "怎么清洗？", "过滤网怎么清洗？"),
    ("院長每屆任期幾年？", "那主任呢？", "主任每届任期几年？"),
]
ENGLISH = [
    ("What was Acme's revenue in FY2022?", "And in 2021?", "What was Acme's revenue in FY2021?"),
    ("What was Acme's revenue in FY2022?", "2021?", "What was Acme's revenue in FY2021?"),
    ("What was Acme's revenue in FY2022?", "The year before?", "What was Acme's revenue in FY2021?"),
    ("What was Acme's revenue in FY2022?", "And operating income?", "What was Acme's operating income in FY2022?"),
    (
        "What drove the reduction in rent as a percent of sales in fiscal 2022?",
        "And in the fourth quarter?",
        "What drove the reduction in rent as a percent of sales in the fourth quarter of fiscal 2022?",
    ),
    ("What was rent in Q3 2022?", "And in the fourth quarter?", "What was rent in the fourth quarter of 2022?"),
    ("What was rent as a part of sales?", "In the first half?", "What was rent as a part of sales in the first half?"),
    ("What was Acme's revenue in FY2022?", "How about Globex?", "What was Globex's revenue in FY2022?"),
    ("What was Acme's revenue in FY2022?", "And Globex's net income?", "What was Globex's net income in FY2022?"),
    ("What was Acme's revenue in FY2022?", "What was its net income?", "What was Acme's net income in FY2022?"),
    ("What was Acme's revenue in FY2022?", "What was the company's tax rate?", "What was Acme's tax rate in FY2022?"),
    ("Where is Acme based?", "When did the company buy Globex?", "When did Acme buy Globex?"),
    ("What was Acme's profit in 2022?", "Did it pay a dividend in that year?", "Did Acme pay a dividend in 2022?"),
    ("Does Acme grow? If growth is no metric here, say so.", "Does it have debt?", "Does Acme have debt?"),
    ("Who is the CEO of Acme?", "How old is he?", "How old is the CEO of Acme?"),
    ("Who is the CEO of Acme?", "And when was it founded?", "When was Acme founded?"),
    ("Does Acme have a growing margin?", "Why?", "Why does Acme have a growing margin?"),
    ("Did Acme's wages increase in FY2023?", "By how much?", "Did Acme's wages increase in FY2023? By how much?"),
    ("What was the revenue from parts in 2022?", "What about services?", "What was the revenue from services in 2022?"),
    ("How many guests did Acme Air carry in December 2015?", "And in November?",
     "How many guests did Acme Air carry in November 2015?"),
    ("What was China's iron ore capacity in 2010?", "And coal?", "What was China's coal capacity in 2010?"),
    ("What is the total number of employees?", "And in Norway?", "What is the total number of employees in Norway?"),
    ("What is the steel capacity of India?", "What is it for Peru?", "What is the steel capacity of Peru?"),
    ("What is the rate of the Bank of India?", "And for Norway Bank?", "What is the rate of the Norway Bank?"),
    ("What is the Total of Mercy Care Plan?", "And Partners for Health?", "What is the Total of Partners for Health?"),
    ("What is the Total of Mercy Plan of Ohio?", "Hope Care Plan?", "What is the Total of Hope Care Plan?"),
    ("What is covered in chapter 3?", "What about chapter 4?", "What is covered in chapter 4?"),
    ("What does section 5 of the lease say?", "And section 6?", "What does section 6 of the lease say?"),
    ("What were the costs in Q3 2023?", "And in Q2?", "What were the costs in Q2 2023?"),
    ("What is the tightening torque of the TH-01?", "And its weight?", "What is the weight of the TH-01?"),
    ("What is the moisture at a depth of 10 cm?", "And at 30 cm?", "What is the moisture at a depth of 30 cm?"),
    ("What temperature does green tea need?", "And black tea?", "What temperature does black tea need?"),
    ("What temperature does green tea need?", "How long should it steep?", "How long should green tea steep?"),
    ("What is the warranty period of the pump?", "Who do I call if it fails?", "Who do I call if the pump fails?"),
    ("What is the capital of France?", "What is the population?", "What is the population of France?"),
    ("How do I replace the filter?", "And the belt?", "How do I replace the belt?"),
    ("Where is the spare encryption key kept?", "And who has it?", "Who has the spare encryption key?"),
    ("When was the old filter replaced?", "Who made it?", "Who made the old filter?"),
    ("Where is the spare key kept?", "And the badge?", "Where is the badge kept?"),
    ("What is the birth speed?", "And why does it matter?", "Why does the birth speed matter?"),
    ("Who is the owner of the runbook?", "And the deputy?", "Who is the deputy of the runbook?"),
    ("Who owns the runbook?", "And the deputy?", "Who is the deputy of the runbook?"),
    ("Who is the deputy?", "And the owner?", "Who is the owner?"),
    ("When was the old bridge opened?", "where was it?", "Where was the old bridge opened?"),
    ("When did the audit take place?", "Where?", "Where did the audit take place?"),
    ("What was the net income of Acme in 2022?", "Why?", "What explains the net income of Acme in 2022?"),
    ("What was the net income of Acme in 2022?", "Why did it fall?", "Why did the net income of Acme in 2022 fall?"),
    ("How long are the files kept?", "And the mail?", "How long are the mail kept?"),
    ("What does error E07 mean?", "What should I do?", "What does error E07 mean? What should I do?"),
    ("What industry does Acme operate in?", "How many employees?", "How many employees, Acme?"),
    ("Which region had the Highest Rent for Acme?", "What was their profit?", "What was Acme's profit?"),
]  # fmt: skip
ALONE = [
    "该白皮书的中文第二版标注的时间是什么时候？",
    "这份手册以什么许可证发布？",
    "当花斑猫感到威胁时，它们会如何做？",
    "那霸机场的跑道有多长？",
    "什么是标准杆？",
    "为什么天是蓝的？",
    "陆七是怎么死的？",
    "占士的身高是多少？",
    "当年陆七在哪部剧集里展露头角？",
    "家庭经济状况怎么样？",
    "陆琼和他的搭档以什么著称？",
    "由哪根神经操纵颈部的肌肉？",
    "是什么的出现缓解了拥挤？",
    "What is the maximum pressure of the TH-01?",
    "Is it possible to return a pump after a year?",
    "How long does it take to replace the filter?",
    "How does a spider use its legs?",
    "Does Globex expect its margin to grow?",
    "What did the survey find about how people use their phones?",
    "According to the 3M filing, how much did the company pay?",
    "which documents are needed",
    "pump pressure limits",
    "What should I do when the pump fails?",
    "Where did the audit of Globex take place?",
    "为什么营业成本下降？",
    "怎么报销差旅费？",
]
BEFORE = ["青禾股份 2019 年的营业收入是多少？", "What was Acme's revenue in FY2022?"]


@pytest.mark.parametrize(("before", "question", "full"), CHINESE + ENGLISH)
def test_what_a_follow_up_leaves_out_is_carried_over(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "")]) == full


@pytest.mark.parametrize("question", ALONE)
@pytest.mark.parametrize("before", BEFORE)
def test_a_question_that_stands_alone_is_not_changed(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")]) == question


@pytest.mark.parametrize("question", [asked for _, asked, _ in CHINESE + ENGLISH])
def test_without_a_question_before_nothing_is_changed(question: str) -> None:
    assert standalone(question, []) == question


def test_the_examples_of_the_documentation_hold() -> None:
    page = (ROOT / "docs" / "asking.md").read_text(encoding="utf-8")
    page = page.split("\n# ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    assert len(rows) > 8
    for before, typed, searched in rows[2:]:
        assert standalone(typed, [Turn(before, "")]) == searched


def test_a_chain_of_follow_ups_is_resolved_from_its_first_question() -> None:
    typed = ["青禾股份 2019 年的营业收入是多少？", "那2018年呢？", "净利润呢？", "它有多少员工？"]
    history = [Turn(question, "") for question in typed]
    assert standalone("为什么？", history[:2]) == "青禾股份 2018 年的营业收入变化的原因是什么？"
    assert standalone(typed[2], history[:2]) == "青禾股份 2018 年的净利润是多少？"
    assert standalone(typed[3], history[:3]) == "青禾股份2018 年有多少员工？"


def test_a_new_question_ends_what_is_carried_over() -> None:
    history = [Turn("What was Acme's revenue in FY2022?", ""), Turn("What does Globex sell?", "")]
    assert standalone("Where is it based?", history) == "Where is Globex based?"


def test_another_language_takes_the_question_before_along() -> None:
    assert standalone("为什么？", [Turn("Did Acme grow in 2022?", "")]) == "Did Acme grow in 2022? 为什么？"
    assert standalone("2021?", [Turn("青禾股份 2019 年的营业收入是多少？", "")]) == "青禾股份 2021 年的营业收入是多少？"


@pytest.mark.parametrize(
    "question", ["？", "?", "呢？", "那", "and", "And?", "it", "它", "的呢", "?" * 299, "那" * 299]
)
@pytest.mark.parametrize("before", ["？", "?", "it", "的", "谁", "2019", "What?", *BEFORE])
def test_scraps_break_nothing(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")])


@pytest.mark.parametrize(
    ("before", "question", "full"),
    [
        ("What was the revenue of Acme in 2019?", "2020 for Globex?", "What was the revenue of Globex in 2020?"),
        ("What was the revenue of Acme in 2019?", "And 2020 of Globex?", "What was the revenue of Globex in 2020?"),
        ("What was the revenue of Acme in 2019?", "2020\n?", "What was the revenue of Acme in 2020?"),
        ("What was the revenue\nof Acme in 2019?", "And\nGlobex?", "What was the revenue of Globex in 2019?"),
    ],
)
def test_a_follow_up_may_begin_with_its_year_or_stand_on_several_lines(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "")]) == full


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("What was the revenue of Acme?", f"{'A' * 60}(2)?"),
        ("青禾股份的净利润是多少？", f"{'称为' * 60}？"),
        ("青禾股份的净利润是多少？", f"{'指是' * 60}？"),
        ("称为" * 60, "净利润呢？"),
        ("青禾股份的净利润是多少？", f"{'哪几' * 60}甲乙丙丁戊己它？"),
    ],
)
def test_no_form_of_a_question_takes_ever_longer_to_tell(before: str, question: str) -> None:
    standalone(question, [Turn(before, "")])  # returns: each repetition once doubled the time


@pytest.mark.parametrize("before", ["Bank of " * 500, "在" * 4000, "2019 年 " * 600])
def test_of_a_very_long_question_only_the_beginning_is_carried_over(before: str) -> None:
    assert len(standalone("Why?" if before.isascii() else "为什么？", [Turn(before, "")])) < 400


REVENUE = [Turn("What was Acme's revenue in FY2022?", "It was 5 million. [1]")]
HITS = (hit(1, "Revenue of Acme was 4 million in FY2021."), hit(2, "Revenue of Acme was 5 million in FY2022."))


def asked(question: str, chat: str, history: list[Turn]) -> tuple[list[str], str]:
    """What was searched, and the query that the answer gives."""
    searched: list[str] = []

    def search(query: str) -> SearchResult:
        searched.append(query)
        return SearchResult(HITS)

    answer = fold_events(answer_events(question, search, make_answerer(chat), history))
    assert answer.question == question
    return searched, answer.query


def test_the_question_in_full_is_searched_answered_and_shown() -> None:
    searched, query = asked("And in 2021?", "extractive", REVENUE)
    assert searched == [query] == ["What was Acme's revenue in FY2021?"]
    answer = fold_events(
        answer_events("And in 2021?", lambda _: SearchResult(HITS), make_answerer("extractive"), REVENUE)
    )
    assert answer.citations[0].page == 1


def test_a_refusal_goes_by_the_question_in_full() -> None:
    history = [Turn("青禾股份 2022 年的收入是多少？", "")]
    answer = fold_events(answer_events("2031?", lambda _: SearchResult(HITS), make_answerer("extractive"), history))
    assert answer.refused
    assert "2031" in answer.text
    assert "文档" in answer.text  # what was typed has no language of its own


def test_a_model_writes_the_follow_up_out() -> None:
    meant = "What was Acme's revenue per share in FY2022?"
    assert asked("Revenue per share, I mean.", f"echo:{meant}", REVENUE) == ([meant], meant)


@pytest.mark.parametrize(
    "reply",
    [
        "Acme had sold some pumps, I think, to a customer in Norway.",
        "What was Acme's revenue in 2031?",
        "What was Acme's revenue in FY2022?",
        "青禾股份 2021 年的收入是多少？",
        "Sure!\nWhat was Acme's revenue in FY2021?",
        "What was Acme's revenue in FY2021 or FY2022 or " * 20,
        "<think>Hm, 2021",
    ],
)
def test_a_model_that_does_not_rewrite_is_not_heeded(reply: str) -> None:
    _, query = asked("And in 2021?", f"echo:{reply}", REVENUE)
    assert query == "What was Acme's revenue in FY2021?"


@pytest.mark.parametrize("question", ["What about it?", "And that?", "How about them?"])
def test_a_question_that_only_points_has_no_words_to_keep(question: str) -> None:
    meant = "What was Acme's revenue in FY2022?"
    assert checked(meant, question, question, REVENUE) == meant


def test_a_model_is_not_asked_about_a_question_that_can_lean_on_nothing() -> None:
    question = (
        "How many people did Globex employ at the end of December 2015 according to the report of its auditor Zed?"
    )
    long = question.replace("its auditor", "auditor")
    assert asked(long, "echo:What was Acme's revenue in FY2022?", REVENUE)[1] == long


def test_a_model_that_is_down_is_found_out_once() -> None:
    answerer = make_answerer("openai:m@http://127.0.0.1:9/v1")
    events = list(answer_events("And in 2021?", lambda _: SearchResult(HITS), answerer, REVENUE))
    assert sum(isinstance(event, Notice) for event in events) == 1
    assert fold_events(events).query == "What was Acme's revenue in FY2021?"
    assert fold_events(events).notice
