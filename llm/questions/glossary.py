"""What the things that documents are mostly asked about are called in Chinese and in English.

For questions to documents of the other language, which words could not find. Each line has the words for one thing,
the usual one first: Chinese, a colon, English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from docent.llm.extractive.pieces import said_by
from docent.llm.language import Language, language_of
from docent.retrieval import Hit, fold

_LINES = """
营业收入|营收|销售收入|营业总收入|净销售额|销售额|净收入|收入: revenue|net sales|net revenue|sales|turnover
净利润|净收益|净亏损: net income|net profit|net earnings|net loss
毛利率: gross margin|gross profit
毛利: gross profit|gross margin
营业利润|经营利润: operating income|operating profit
营业利润率: operating margin
利润: profit|earnings
成本: cost
费用|开支: expense
销售费用: selling expense|selling, general and administrative expense
管理费用: administrative expense
财务费用: finance cost|interest expense
研发投入|研发支出|研发费用: research and development|R&D|R&D expense|R&D spending|R&D investment
资本支出|资本性支出: capital expenditure|capex|purchases of property
总资产|资产总额|资产总计: total assets
净资产: net assets
总负债|负债合计: total liabilities
资产负债率: gearing ratio|debt ratio|debt-to-asset ratio|asset-liability ratio
股东权益|所有者权益: shareholders' equity|stockholders' equity
经营活动产生的现金流量净额|经营活动现金流量净额|经营现金流|经营性现金流: operating activities|operating cash flow
存货|商品库存|库存: inventory|inventories
应收账款: accounts receivable|receivable
现金分红|股息|股利|分红|派息|现金红利: dividend|cash dividend
每股收益: earnings per share|EPS
回购: repurchase|buyback|bought back
交易: transaction|deal
完成: completed|completion|complete|close
收购|并购: acquisition|acquire
分拆|剥离: spin-off|spin off|separation|divestiture
终止经营: discontinued operations
现金收益|所得款项: cash proceeds|proceeds
交付: delivery|deliver|deliveries
商用飞机|民用飞机: commercial airplane|commercial aircraft
股东大会: shareholders' meeting|annual meeting|general meeting
股票|股份: share|stock
总股本: total share capital|share capital
股东: shareholder|stockholder
董事会: board of directors|board
董事: director
独立董事: independent director
监事: supervisor
选举: election|elect
员工|职工|雇员: employee|staff|headcount|workforce
客户: customer|client
供应商: supplier|vendor
子公司: subsidiary|subsidiaries
专利|发明专利: patent
业务部门|分部: segment|business segment|division
地区: region
门店: store|shop
价格|单价|售价: price
同比增长|增长率|增速: growth|growth rate|year-on-year growth
法定代表人: legal representative
董事会秘书: board secretary|secretary of the board|secretary to the board
注册地址: registered address|registered office
地址: address
电话: phone|telephone|phone number
电子邮箱|邮箱|电子邮件: email|e-mail|email address
公民: citizen
权利: right
义务: duty|duties|obligation
选举权: right to vote
被选举权: stand for election|right to stand for election
任期|每届任期: term of office|term
宪法: constitution
纳税: pay taxes|taxation
国歌: national anthem
国旗: national flag
首都: capital city|capital
全国人民代表大会|全国人大: National People's Congress
国务院: State Council
合同: contract
违约金: liquidated damages|penalty
赔偿: compensation|damages
保修期|质保期|保修|质保: warranty|warranty period|guarantee
日志: log
留存|保留|保存: kept|keep|retain|retention
备份: backup|back-up
恢复: restore|recovery
密钥: key
访问权限|权限: permission|access permission
符号链接|软链接: symbolic link|symlink
漏洞: vulnerability|vulnerabilities
数据库: database
索引: index|indexes
字段: field|column
长度: length
数据类型: data type
线程池: thread pool
编译器: compiler
软件包: software package|package
镜像: image
云原生: cloud native|cloud-native
生命周期: life cycle|lifecycle
阶段: phase|stage
安装: installation|install
更换: replacement|replace
清洗|清洁: clean|cleaning
过滤网|滤网: strainer|filter
循环泵: circulation pump
泵: pump
故障代码|错误代码: error code|fault code
故障: fault|failure
误差: error|deviation
平均绝对误差: mean absolute error|MAE
环境温度: ambient temperature
温度: temperature
温度范围: temperature range
压力: pressure
加热功率: heating power
功率: power
电源: power supply|supply
净重|重量: net weight|weight|weigh
流量: flow rate|flow
容积|容量: volume|capacity
力矩|扭矩: torque
螺栓: bolt
用水量|用水: water use|water consumption
供水量: water supply|water supplied
日供水能力: daily water supply capacity
漏损率: leakage rate|leakage
污水处理厂: sewage treatment plant|wastewater treatment plant|sewage plant
自来水厂: waterworks
水厂: water plant
停水: water outage|water cut|water interruption
检修: maintenance|overhaul
预算: budget
补贴|津贴: allowance|subsidy
工资|薪酬: salary|wage|remuneration
服务时间|营业时间: opening hours|business hours|service hours
投资: investment|invest
利率: interest rate
预计: expect|expected
增加|增长|上升: increase|grow|rise|rose|grew
减少|下降|降低: decrease|decline|drop|fall|fell
探头: probe
参考探头: reference probe
产量: yield|output
水表: water meter|meter
梯田: terrace
光伏: photovoltaic|solar
培训: training
"""
# What a text that tells it calls by its name: addresses, prices and duties are told without.
_NAMED = frozenset(
    [
        "保修期",
        "专利",
        "违约金",
        "毛利率",
        "资产负债率",
        "每股收益",
        "研发投入",
        "力矩",
        "回购",
        "任期",
        "漏损率",
        "密钥",
    ]
)
_ENDING = r"(?:['’]s|s|es|d|ed|ing)?"


@dataclass(frozen=True, slots=True)
class Thing:
    """The words for one thing, the usual one first."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def words(self, language: Language) -> tuple[str, ...]:
        """Its words in a language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a text names at `text[start:end]`."""

    start: int
    end: int
    thing: Thing


@cache
def _things() -> tuple[tuple[Thing, re.Pattern[str], re.Pattern[str]], ...]:
    """Compiled when first asked for: a start that answers nothing pays nothing."""
    found = []
    for line in _LINES.strip().splitlines():
        chinese, _, english = line.partition(": ")
        thing = Thing(tuple(chinese.split("|")), tuple(english.split("|")))
        any_en = "|".join(re.escape(one).replace("'", "['’]?") for one in sorted(thing.en, key=len, reverse=True))
        any_zh = "|".join(sorted(thing.zh, key=len, reverse=True))
        found.append((thing, re.compile(any_zh), re.compile(rf"\b(?:{any_en}){_ENDING}\b", re.IGNORECASE)))
    return tuple(found)


def things_in(text: str, language: Language) -> list[Named]:
    """What a text in a language names, in order; of names that overlap the longest."""
    found: list[Named] = []
    for thing, chinese, english in _things():
        pattern = chinese if language == "zh" else english
        found += [Named(*match.span(), thing) for match in pattern.finditer(text)]
    kept: list[Named] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def thing_unsaid(question: str, hits: Sequence[Hit]) -> str:
    """The first thing that a question names and no hit does, by any of its words, as written; "" where there is none.

    Of those alone that a text cannot tell without naming them.
    """
    named = [one for one in things_in(question, language_of(question)) if one.thing.zh[0] in _NAMED]
    said = fold(" ".join(said_by(hit) for hit in hits))
    unsaid = (one for one in named if not any(fold(word) in said for word in (*one.thing.zh, *one.thing.en)))
    return next((question[one.start : one.end] for one in unsaid), "")
