"""Commands in a conversation at the terminal: lines that ask nothing of the documents."""

from __future__ import annotations

import re
from enum import Enum


class Said(Enum):
    """What a line of a conversation is."""

    QUESTION = "question"
    HELP = "help"
    NEW = "new"
    QUIT = "quit"
    UNKNOWN = "unknown"


# A question may begin with a path; a command is one word behind a slash, which Chinese keyboards make wide.
_COMMAND = re.compile(r"[/／](\w+)(?:\s.*)?")
_COMMANDS = {
    "help": Said.HELP, "帮助": Said.HELP,
    "new": Said.NEW, "新对话": Said.NEW,
    "quit": Said.QUIT, "exit": Said.QUIT, "退出": Said.QUIT,
}  # fmt: skip
_BARE = ("help", "帮助", "quit", "exit", "退出")  # alone on a line these are meant, too

HELP = """\
Type a question and press Enter; it may lean on the ones before it.
  /help          this list
  /new           begin anew: what was asked before is left aside
  /quit, /exit   end (so does Ctrl+D)
输入问题后按回车；可以接着上一个问题追问。
  /帮助          显示本列表
  /新对话        重新开始，不再参照之前的问题
  /退出          结束（也可按 Ctrl+D）"""
GREETING = "A question a line; /help lists what else there is. 每行一个问题，/帮助 列出其他命令。"
BEGUN = "What was asked before is left aside. 不再参照之前的问题。"
NO_SUCH = "{} is no command: /help lists those there are. 没有这个命令，/帮助 列出可用的命令。"


def read_line(line: str) -> tuple[Said, str]:
    """What a line is, and the word that says so, as typed."""
    bare = line.rstrip(".!?。！？").lower()
    if bare in _BARE:
        return _COMMANDS[bare], line
    match = _COMMAND.fullmatch(line)
    if match is None:
        return Said.QUESTION, line
    return _COMMANDS.get(match[1].lower(), Said.UNKNOWN), line.split()[0]
