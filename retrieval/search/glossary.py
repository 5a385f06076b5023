"""What measures are made of: the lines of financial statements that a question about a ratio means and does not say.

Whoever asks for a gross margin wants the page with revenue and cost of sales, where the words "gross margin" are
often missing. The definitions are those of any textbook of accounting, the captions those of statements under US GAAP,
IFRS and the Chinese standards (CAS 30). Abbreviations that mean something else elsewhere, such as DPO, are left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from docent.retrieval.terms import terms

_STATEMENTS = {
    "@income": "consolidated statements of income operations earnings",
    "@balance": "consolidated balance sheets financial position",
    "@cash": "consolidated statements of cash flows",
}
# Names whose terms are those of other words, and how they are written: D&A has that of "da", COGS that of a cog, ROE
# that of roe deer, EPS that of a band's EPs, and 三费 stands in 第三费用.
_AS_WRITTEN = {
    "D&A": re.compile(r"(?i:D&A)"),
    "P&L": re.compile(r"(?i:P&L)"),
    "COGS": re.compile(r"(?<![A-Za-z])COGS(?![A-Za-z])"),
    "ROE": re.compile(r"(?<![A-Za-z])ROE(?![A-Za-z])"),
    "EPS": re.compile(r"(?<![A-Za-z])(?:EPS|eps)(?![A-Za-z])"),
    "三费": re.compile(r"(?<![第十])三[费費](?!用)"),
}
_MEASURES = """
gross margin, gross profit: gross profit net sales revenue cost of sales cost of goods sold @income
operating margin, operating profit margin, operating profit: operating income net sales revenue @income
net margin, net profit margin, net income margin, profit margin: net income net sales revenue @income
quick ratio, acid test, current ratio, cash ratio, working capital, liquidity ratio: total current assets total \
current liabilities inventories cash equivalents receivables @balance
capex, capital expenditure, capital spending, capital intensive, capital intensity: purchases of property plant and \
equipment capital expenditures @cash
capital intensive, capital intensity, fixed asset, PP&E: property plant and equipment net total assets @balance
free cash flow, free cashflow, FCF: net cash provided by operating activities purchases of property plant and \
equipment @cash
operating cash flow, cash flow from operations, cash from operations, cash conversion, financing activities, \
investing activities: net cash provided by operating activities investing activities financing activities @cash
EBITDA: operating income depreciation and amortization reconciliation @income
D&A: depreciation and amortization @cash
interest coverage, times interest earned: interest expense operating income EBIT @income
inventory turnover, days inventory, days of inventory, days in inventory: inventories cost of sales @balance @income
days payable, payables turnover: accounts payable cost of sales @balance @income
days sales outstanding, receivables turnover, collection period: accounts receivable net sales @balance @income
cash conversion cycle: inventories accounts receivable accounts payable cost of sales @balance
asset turnover: total assets net sales revenue @balance @income
return on assets, return on total assets, ROA: net income total assets @balance @income
return on equity, ROE: net income total shareholders equity @balance @income
return on invested capital, ROIC: operating income total debt shareholders equity @balance
debt to equity, leverage ratio, gearing ratio, net debt, debt ratio: total debt long-term debt short-term borrowings \
cash equivalents shareholders equity @balance
dividend payout, payout ratio, retention ratio: cash dividends paid net income @cash
effective tax rate: provision for income taxes income before income taxes effective income tax rate
SG&A: selling general and administrative expenses @income
COGS: cost of goods sold cost of sales @income
R&D expense, R&D spending: research and development expenses @income
EPS: earnings per share basic diluted @income
share buyback, stock buyback: repurchases of common stock treasury stock @cash
top line, topline: net sales revenue
bottom line: net income
balance sheet, statement of financial position: @balance
income statement, statement of income, profit and loss, P&L: @income
cash flow statement, statement of cash flows: @cash
净利率, 销售净利率: 净利润 营业收入
资产负债率, 负债率: 负债合计 资产总计
产权比率, 权益乘数: 负债合计 资产总计 所有者权益合计
流动比率, 营运资金, 营运资本: 流动资产合计 流动负债合计
速动比率: 流动资产合计 流动负债合计 存货
存货周转率, 存货周转天数: 存货 营业成本
应收账款周转率, 应收账款周转天数: 应收账款 营业收入
总资产周转率: 资产总计 营业收入
总资产收益率, 总资产报酬率, ROA: 净利润 资产总计
每股盈利: 基本每股收益 稀释每股收益
资本开支, 资本支出, 资本性支出: 购建固定资产、无形资产和其他长期资产支付的现金
自由现金流: 经营活动产生的现金流量净额 购建固定资产、无形资产和其他长期资产支付的现金
经营现金流, 经营性现金流: 经营活动产生的现金流量净额
利息保障倍数, 利息覆盖倍数: 利息费用 利润总额
期间费用, 三费: 销售费用 管理费用 财务费用 研发费用
实际税率, 有效税率: 所得税费用 利润总额
股利支付率, 分红率: 现金分红金额 净利润
"""


def made_of(question: str) -> tuple[str, ...]:
    """For each measure that a question names the lines it is made of, as text. Mostly nothing."""
    known = _measures(is_ascii=question.isascii())
    return tuple(dict.fromkeys(lines for name in _named(question) for lines in known[name]))


def names_of_measures(question: str) -> frozenset[str]:
    """The terms by which a question names measures."""
    return frozenset(term for name in _named(question) for term in name)


@lru_cache(maxsize=256)
def _named(question: str) -> tuple[tuple[str, ...], ...]:
    """The names that stand in the question, as terms one after the other, in the order of the list above."""
    asked, known = terms(question), _measures(is_ascii=question.isascii())
    sizes = {len(name) for name in known}
    runs = {tuple(asked[at : at + size]) for size in sizes for at in range(len(asked) - size + 1)}
    if runs.isdisjoint(known):
        return ()
    written = unicodedata.normalize("NFKC", question)
    doubtful = {name: form for name, form in _AS_WRITTEN.items() if name.isascii() or not question.isascii()}
    runs -= {tuple(terms(name)) for name, form in doubtful.items() if not form.search(written)}
    return tuple(name for name in known if name in runs)


@lru_cache(maxsize=2)
def _measures(*, is_ascii: bool) -> dict[tuple[str, ...], tuple[str, ...]]:
    """From the name of a measure, as terms, to its lines; a name may stand for several.

    Those in Chinese can be left out: to fold them takes a table that is loaded in 0.03 s.
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for entry in _MEASURES.strip().splitlines():
        names, _, lines = entry.partition(": ")
        for short, full in _STATEMENTS.items():
            lines = lines.replace(short, full)
        for name in names.split(", "):
            if name.isascii() or not is_ascii:
                key = tuple(terms(name))
                found[key] = (*found.get(key, ()), lines)
    return found
