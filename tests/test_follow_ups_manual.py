"""Follow-ups as people ask them of manuals: of the next step, of a name, of what can be done, said otherwise."""

from __future__ import annotations

import pytest

from docent.llm import Turn, standalone

CLEAN, CLEAN_EN = "怎么清洗滤网？", "How do I clean the filter?"
OTHER_THING = [
    (CLEAN, "那皮带呢？", "怎么清洗皮带？"),
    ("如何设置页眉？", "页脚呢？", "如何设置页脚？"),
    ("怎么在文档里插入图片？", "表格呢？", "怎么在文档里插入表格？"),
    ("文档里怎么插入图片？", "表格呢？", "文档里怎么插入表格？"),
    ("怎么输入希腊字母？怎么用希腊字母？", "大写的呢？", "怎么输入希腊字母，大写的呢？"),
    ("怎么用希腊字母？", "大写的呢？", "怎么用大写的希腊字母？"),
    ("谁负责维护服务器？", "打印机呢？", "谁负责维护打印机？"),
    ("可以带宠物吗？", "自行车呢？", "可以带自行车吗？"),
    ("为什么要备份数据？", "升级系统呢？", "为什么要升级系统？"),
    ("如何使用字体？", "颜色呢？", "字体的颜色是什么？"),
    ("瘦客户机最低需要多少内存？", "工作站呢？", "工作站最低需要多少内存？"),
    ("泵可以在室外使用吗？", "那风扇呢？", "风扇可以在室外使用吗？"),
    ("2018年青禾股份盈利了吗？", "2019年呢？", "2019年青禾股份盈利了吗？"),
    ("青禾网站包括几个部分？", "那 FAQ 的目的呢？", "FAQ的目的是什么？"),
]
OTHER_NAME = [
    ("怎么手动断行？", "那断页呢？", "怎么手动断页？"),
    ("怎么手动安装 Docent？", "那开发版本呢？", "手动安装Docent的开发版本是什么？"),
    ("How do I install Docent from CD?", "And from the internet?", "How do I install Docent from the internet?"),
    ("套装的 Basic 版本需要多少空间？", "那 Full 呢？", "套装的 Full 版本需要多少空间？"),
    ("main 区的软件有什么要求？", "contrib 呢？", "contrib 区的软件有什么要求？"),
    ("Windows 下怎么安装 Docent？", "Mac 下呢？", "Mac 下怎么安装 Docent？"),
    ("怎么在 Windows 上安装 Docent？", "Linux 上呢？", "怎么在 Linux 上安装 Docent？"),
    ("How do I install Docent on Windows?", "And on Linux?", "How do I install Docent on Linux?"),
    ("What is /etc for?", "And /opt?", "What is /opt for?"),
    ("What does flag -v do?", "And -q?", "What does flag -q do?"),
    ("What is the minimum RAM for Docent?", "and disk?", "What is the minimum disk for Docent?"),
    ("What is the minimum RAM for Docent?", "Which CPU?", "Which CPU for Docent?"),
    ("What is /tmp for in the standard?", "Is it emptied?", "Is /tmp emptied?"),
    ("Where is Docent made?", "Which channel do they use?", "Which channel do Docent use?"),
]
SUBJECT_LEFT_OUT = [
    ("Docent 默认用哪个桌面？", "它支持多少种语言？", "Docent 支持多少种语言？"),
    ("应用有多少个？", "它的作者是谁？", "应用的作者是谁？"),
    ("Docent 是什么？", "谁开发的？", "Docent谁开发的？"),
    (CLEAN, "可以用水吗？", "清洗滤网可以用水吗？"),
    (CLEAN, "需要工具吗？", "清洗滤网需要工具吗？"),
    (CLEAN, "坏了怎么办？", "清洗滤网坏了怎么办？"),
    ("蓝光的安装映像有多大？", "需要联网吗？", "蓝光的安装映像需要联网吗？"),
    ("什么是资料库？", "怎么在里面搜索？", "怎么在资料库里搜索？"),
]
ANEW = [
    ("怎么手动断行？", "这两个命令有什么区别？", "怎么手动断行，这两个命令有什么区别？"),
    (CLEAN, "第二步呢？", "怎么清洗滤网，第二步呢？"),
    (CLEAN, "接下来呢？", "怎么清洗滤网，接下来呢？"),
    (CLEAN, "详细一点", "怎么清洗滤网？"),
    (CLEAN, "能举个例子吗？", "怎么清洗滤网，能举个例子吗？"),
    (CLEAN, "如果滤网破了呢？", "怎么清洗滤网，如果滤网破了？"),
    (CLEAN, "我是说皮带", "怎么清洗皮带？"),
    ("差旅费怎么报销？", "不是，我问的是住宿费", "住宿费怎么报销？"),
    ("差旅费怎么报销？", "员工手册里怎么说？", "差旅费怎么报销，员工手册里怎么说？"),
    (CLEAN_EN, "And the next step?", "How do I clean the filter? And the next step?"),
    (CLEAN_EN, "Tell me more", "How do I clean the filter?"),
    (CLEAN_EN, "Can you give an example?", "How do I clean the filter? Can you give an example?"),
    (CLEAN_EN, "And if it is torn?", "How do I clean the filter, if it is torn?"),
    (CLEAN_EN, "No, I meant the belt", "How do I clean the belt?"),
    (CLEAN_EN, "What does the handbook say?", "How do I clean the filter, according to the handbook?"),
]
ALONE = [
    "OK thanks, and what is a conffile?",
    "可以退押金给离职的员工吗？",
    "第二步要填写什么表格？",
    "员工手册里有多少页？",
    "请详细介绍员工手册的第三章",
    "举报电话是多少？",
    "我是新员工，工资什么时候发？",
    "Give me an example of a shareable file.",
    "What is the next step of the release plan?",
    "Which bus goes to Bergen?",
    "What does the FAQ say about upgrades from version 2?",
]


@pytest.mark.parametrize(("before", "question", "full"), OTHER_THING + OTHER_NAME + SUBJECT_LEFT_OUT + ANEW)
def test_what_was_asked_before_is_asked_of_the_other(before: str, question: str, full: str) -> None:
    assert standalone(question, [Turn(before, "")]) == full


@pytest.mark.parametrize("question", ALONE)
@pytest.mark.parametrize("before", [CLEAN, CLEAN_EN])
def test_a_question_of_its_own_stays(before: str, question: str) -> None:
    assert standalone(question, [Turn(before, "")]) == question
