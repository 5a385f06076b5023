"""The HTTP clients of chat servers: proxies, silence, one second try, and what a failure means in words."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from docent.llm.models.hosts import is_loopback
from docent.llm.models.why import Why

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
BACK_OFF = 1.0  # seconds before the second try where the server names none
LONGEST_WAIT = 20.0  # seconds; a server that asks for more is not waited for
PASSING = frozenset({429, 500, 502, 503, 504, 529})  # 529 is "overloaded" of some providers


def server_clients(host: str, silence: float) -> tuple[httpx.Client, httpx.AsyncClient, httpx.Timeout]:
    """A client for each way of calling; `silence` is in seconds.

    Both take proxies from the environment, but for this machine none, and follow no redirect: it would carry the
    passages elsewhere. An answer that says "later" is asked for once more, before anything was streamed.
    """
    import httpx

    longest = min(LONGEST_WAIT, silence / 2)

    class Client(httpx.Client):
        def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            response = super().send(request, **kwargs)
            wait = _wait(response, longest)
            if wait is None:
                return response
            response.close()
            time.sleep(wait)
            return super().send(request, **kwargs)

    class AsyncClient(httpx.AsyncClient):
        async def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
            response = await super().send(request, **kwargs)
            wait = _wait(response, longest)
            if wait is None:
                return response
            await response.aclose()
            await asyncio.sleep(wait)
            return await super().send(request, **kwargs)

    # Whoever reads the stream gives up first; this one ends the connection behind it.
    timeout = httpx.Timeout(silence + 1, connect=min(CONNECT_SECONDS, silence))
    options: dict[str, Any] = {"timeout": timeout, "trust_env": not is_loopback(host)}
    return Client(**options), AsyncClient(**options), timeout


def _wait(response: httpx.Response, longest: float) -> float | None:
    """Seconds before the second try; None where there is nothing to wait for."""
    if response.status_code not in PASSING:
        return None
    said = response.headers.get("retry-after", "").strip()
    wait = min(BACK_OFF, longest)
    if said:
        wait = _seconds(said)
    return wait if wait <= longest else None


def _seconds(retry_after: str) -> float:
    """RFC 9110, 10.2.3: seconds or a date."""
    if retry_after.replace(".", "", 1).isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return BACK_OFF
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def server_failures() -> tuple[type[Exception], ...]:
    """What the client of a chat server raises."""
    import httpx
    import openai

    return openai.OpenAIError, httpx.HTTPError, ValueError  # ValueError: what is no JSON where some should be


def http_cause(error: BaseException) -> BaseException:
    """What the connection itself raised, below what two clients made of it; the error where it was none."""
    import httpx

    found: BaseException | None = error
    while found is not None and not isinstance(found, httpx.HTTPError):
        found = found.__cause__
    return found or error


def explain_server(error: Exception, model: str, host: str) -> Why:
    """What happened; no address, no key and nothing that the server wrote is in it."""
    import httpx
    import openai

    cause = http_cause(error)
    if isinstance(error, openai.APIStatusError):
        found = _STATUS.get(error.status_code) or Why(
            f"did not answer: {{host}} gave status {error.status_code}",
            f"没有作答：{{host}} 返回状态码 {error.status_code}",
        )
    elif isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        found = Why("did not answer in time: {host} was silent", "没有及时作答：{host} 没有回应")
    elif isinstance(cause, httpx.ConnectError):
        found = Why(
            "cannot be reached: no server answers at {host} under this port, or its name or certificate is wrong",
            "连接不上：{host} 的这个端口没有服务在应答，或者主机名、证书有误",
        )
    elif isinstance(cause, httpx.TransportError):
        found = Why("broke off: {host} closed the connection", "中断了：{host} 关闭了连接")
    else:
        found = Why(
            f"did not answer: {{host}} is no OpenAI-compatible server, or broke off ({type(error).__name__})",
            f"没有作答：{{host}} 不是 OpenAI 兼容的服务，或中途出错（{type(error).__name__}）",
        )
    return found.about(model=model, host=host)


_STATUS = {
    400: Why(
        "did not answer: {host} refused the request (status 400), perhaps as too long; see ?context=",
        "没有作答：{host} 拒绝了请求（状态码 400），可能是内容过长，参见 ?context=",
    ),
    401: Why(
        "did not answer: {host} wants a key; set DOCENT_CHAT_API_KEY",
        "没有作答：{host} 需要密钥，请设置 DOCENT_CHAT_API_KEY",
    ),
    403: Why(
        "did not answer: {host} does not allow it (status 403); check the key",
        "没有作答：{host} 不允许访问（状态码 403），请检查密钥",
    ),
    404: Why(
        "did not answer: {host} knows no model {model}, or its address lacks /v1",
        "没有作答：{host} 上没有模型 {model}，或地址缺少 /v1",
    ),
    429: Why(
        "did not answer: {host} says that too much was asked (status 429); wait, or look at the account",
        "没有作答：{host} 提示请求过多（状态码 429），请稍后再试或查看账户",
    ),
}
