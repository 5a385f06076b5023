"""The words of the report that `eval --report` writes. Placeholders are filled with `str.format`."""

from __future__ import annotations

from collections.abc import Mapping

from docent.llm import Language

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Evaluation: {}",
        "versus": "{} against {}",
        "count": "{} questions, {} of them answerable. {}",
        "interval": "{} to {}",
        "of": "{} of {}",
        "interval_note": "95 % intervals: Wilson for shares, DeLong for the ROC area.",
        "page_hit": "right page among the first {}",
        "page_hit_1": "right page first",
        "answer_hit": "answer cited word for word",
        "true_refusal": "unanswerable refused",
        "false_refusal": "answerable refused",
        "latency": "search, median (ms)",
        "finding": "Finding the page",
        "finding_note": (
            "The share of answerable questions whose right page is among the first k passages, with its 95 % interval."
        ),
        "k": "k: passages looked at",
        "page_line": "right page",
        "document_line": "right document",
        "stages": "Where answers are lost",
        "stages_note": "Each stage is looked at by itself, on all {} answerable questions.",
        "splitting": "Reading and splitting",
        "splitting_note": (
            "Is the expected answer, word for word, inside one single passage of the right page? If it is "
            "cut, passages are too short or break at the wrong place; if it is not on the page at all, the "
            "page was read wrongly, or the answer is worded otherwise."
        ),
        "whole": "in one passage",
        "cut": "on the page, in no single passage",
        "absent": "not on the page word for word",
        "unknown_split": "no expected answer, or document not here",
        "search": "Search",
        "search_note": (
            "Where is the first passage of the right page? What is never among the first 10 is beyond any "
            "answer: try another embedder or weight, or a synonym in the document. Below, an answer is lost in "
            "search when its page is not among them."
        ),
        "passage": "passages of the page: the one with the answer is not among the first 10",
        "rank1": "first",
        "rank3": "2 or 3",
        "rank10": "4 to 10",
        "rank_none": "not among the first 10",
        "answering": "Answering",
        "answering_note": (
            "Does a cited quote hold the expected answer? An answer in other words counts as not found here, "
            "so read those yourself."
        ),
        "cited": "cited",
        "not_cited": "answered, not cited word for word",
        "refused_wrongly": "refused",
        "refusing": "Refusing",
        "refusing_note": (
            "Trust is the share of the question that the best sentence covers, 1 less where the answer was "
            "refused. The further apart the two groups, the better a refusal can tell them."
        ),
        "answerable": "answerable",
        "unanswerable": "not answerable",
        "trust": "trust",
        "no_unanswerable": (
            'No question of this file is unanswerable ("unanswerable": true), so there is nothing to say '
            "about refusing."
        ),
        "roc_x": "unanswerable trusted",
        "roc_y": "answerable trusted",
        "auroc": "Area under the curve",
        "chance": "0.5 is chance.",
        "time": "Time",
        "time_note": (
            "Of a search, without the answer: median {} ms, 95 of 100 below {} ms. Loading the model is not in it."
        ),
        "ms": "milliseconds",
        "differences": "Differences",
        "differences_note": (
            "{b} less {a} on the same questions. An interval that leaves out 0 is in bold. Shares: "
            "Newcombe's paired interval and McNemar's exact p; others: bootstrap, DeLong. With so many "
            "figures, one in twenty is bold by chance."
        ),
        "figure": "figure",
        "difference": "difference",
        "bounds": "95 % interval",
        "questions": "Every question",
        "questions_note": "Those that went wrong first.",
        "questions_both": "Those on which the two differ first: {} of {}.",
        "id": "question",
        "expected": "expected",
        "rank": "rank",
        "outcome": "outcome",
        "lost": "lost in: {}",
        "first": "found first",
        "page": "p. {}",
        "not_found": "not found",
        "none": "",
        "refused": "refused",
        "answered": "answered",
        "unknown": "cannot be told",
    },
    "zh": {
        "title": "评测：{}",
        "versus": "{} 与 {} 对比",
        "count": "共 {} 个问题，其中 {} 个有答案。{}",
        "interval": "{} 至 {}",
        "of": "{} / {}",
        "interval_note": "95% 置信区间：比例用 Wilson 区间，ROC 面积用 DeLong 方法。",
        "page_hit": "正确页在前 {} 条之内",
        "page_hit_1": "正确页排第一",
        "answer_hit": "引文含有标准答案",
        "true_refusal": "无答案问题被拒答",
        "false_refusal": "有答案问题被误拒",
        "latency": "检索耗时中位数（毫秒）",
        "finding": "找到正确的页",
        "finding_note": "有答案的问题中，正确页出现在前 k 条结果里的比例，及其 95% 置信区间。",
        "k": "k：查看的结果条数",
        "page_line": "正确页",
        "document_line": "正确文档",
        "stages": "答案丢在哪一步",
        "stages_note": "三个环节分别衡量，每一步都以全部 {} 个有答案的问题为准。",
        "splitting": "读取与切分",
        "splitting_note": (
            "标准答案是否逐字落在正确页的同一个片段里？若被切断，说明片段太短或断在不当之处；"
            "若页面上根本没有，则是读取有误，或标准答案换了说法。"
        ),
        "whole": "在同一片段内",
        "cut": "在页面上，但被切断",
        "absent": "页面上没有逐字出现",
        "unknown_split": "没有标准答案，或文档不在库中",
        "search": "检索",
        "search_note": (
            "正确页的片段排在第几？前 10 条里没有的，后面无从回答：可换一个嵌入模型或权重再试。下文的"
            "“丢在检索”即指正确页不在前 10 条之内。"
        ),
        "passage": "同页片段：含答案的那一条不在前 10 条之内",
        "rank1": "第 1",
        "rank3": "第 2–3",
        "rank10": "第 4–10",
        "rank_none": "前 10 条之外",
        "answering": "作答",
        "answering_note": "引文里有没有标准答案？换了说法的答案在这里算作没有，请自行核对。",
        "cited": "已引用",
        "not_cited": "已作答，但引文中没有",
        "refused_wrongly": "误拒",
        "refusing": "拒答",
        "refusing_note": "可信度是最佳句子覆盖问题的比例，被拒答时再减 1。两组分得越开，越能分辨该不该拒答。",
        "answerable": "有答案",
        "unanswerable": "无答案",
        "trust": "可信度",
        "no_unanswerable": '本文件没有标为无答案（"unanswerable": true）的问题，因此无法衡量拒答。',
        "roc_x": "无答案却被信任",
        "roc_y": "有答案且被信任",
        "auroc": "曲线下面积",
        "chance": "0.5 等于瞎猜。",
        "time": "耗时",
        "time_note": "单次检索（不含作答）：中位数 {} 毫秒，95% 在 {} 毫秒以内。不含加载模型的时间。",
        "ms": "毫秒",
        "differences": "差异",
        "differences_note": (
            "同一批问题上 {b} 减 {a}。置信区间不含 0 的以粗体标出。比例用 Newcombe 配对区间与 McNemar "
            "精确检验，其余用自助法与 DeLong 方法。指标众多，每二十个中约有一个会偶然变粗。"
        ),
        "figure": "指标",
        "difference": "差",
        "bounds": "95% 置信区间",
        "questions": "逐题结果",
        "questions_note": "出错的排在前面。",
        "questions_both": "结果不同的排在前面：{} / {}。",
        "id": "问题",
        "expected": "正确出处",
        "rank": "名次",
        "outcome": "结果",
        "lost": "丢在：{}",
        "first": "排在最前的",
        "page": "第 {} 页",
        "not_found": "未找到",
        "none": "",
        "refused": "拒答",
        "answered": "作答",
        "unknown": "无法判断",
    },
}
