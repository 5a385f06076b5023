"""Sentences about accounts, collections and models in Chinese; docent.ui.sentences says what patterns mean."""

from __future__ import annotations

from docent.ui.model_sentences import MODEL_SENTENCES

EMPTY = r"(?:spec|embedder|name|body\.name): String should have at least 1 character\."
SETTINGS_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"there is an account (.+) already\.", r"已有名为 \1 的账户。"),
    (r"there is no account (.+): .+", r"没有名为 \1 的账户。"),
    (r"a name has 1 to (\d+) printable characters\.", r"名称应为 1 到 \1 个可见字符。"),
    (r"a key's name has 1 to (\d+) printable characters\.", r"用途应为 1 到 \1 个可见字符。"),
    (r"a password has (\d+) to (\d+) characters: choose another one\.", r"密码应为 \1 到 \2 个字符，请换一个。"),
    (r"this password is too easy to guess: choose another one\.", r"这个密码太容易猜到，请换一个。"),
    (r"the first account needs a password: .+", r"第一个账户需要设置密码。"),
    (r"the name or the password is wrong\.", r"密码不正确。"),
    (r"too many wrong passwords: wait (\d+) seconds and try again\.", r"密码错误次数过多，请 \1 秒后再试。"),
    (r"too many tries: wait a minute and try again\.", r"尝试次数过多，请一分钟后再试。"),
    (r"(.+) is the only admin: make somebody else an admin first\.", r"\1 是唯一的管理员，请先设置另一位管理员。"),
    (r"(.+) has no role there\.", r"\1 在这个资料库中没有角色。"),
    (r"(.+) has no key .+", r"\1 没有这个密钥，可能已被撤销。"),
    (r"only an admin may do this\.", r"只有管理员可以这样做。"),
    (r"this takes the role \w+ in '(.+)': ask one of its admins for it\.", r"你在“\1”中的角色不足，请联系其管理员。"),
    (r"there is a collection (.+) already: choose another name\.", r"已有名为 \1 的资料库，请换一个名称。"),
    (r"(.+) cannot be a collection's name: .+", r"\1 不能用作资料库名称。"),
    (r"there is no such collection: it may have been deleted\.", r"这个资料库已不存在，可能已被删除。"),
    (r"the setting \w+ is given where Docent is started .+", r"该设置由启动 Docent 时的参数决定，请在那里修改。"),
    (r"this key has a character that no key has: copy it again\.", r"密钥中有无效字符，请重新复制。"),
    (r"this collection is being moved already: stop that first\.", r"这个资料库正在更换嵌入模型，请先放弃当前操作。"),
    (r"another process is moving this collection: .+", r"另一个进程正在为这个资料库更换嵌入模型。"),
    (r"another model is being tried: wait for it\.", r"正在试用另一个模型，请稍候。"),
    (r"the move broke because of an error in Docent: .+", r"更换时程序出错，详情见服务器日志。"),
    (
        r"it puts a passage that does not answer before one that does: .+",
        r"它把无关段落排在了正确段落之前，请换一个模型。",
    ),
    (EMPTY, r"请先填写。"),
    *MODEL_SENTENCES,
)
