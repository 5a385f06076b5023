"""What can go wrong in the program around the core (see docent.ingest.errors for the tree)."""

from docent.ingest import DocentError


class SettingsError(DocentError):
    """A setting is unknown or has a value it cannot have."""


class CollectionNotFound(DocentError):
    """No collection has this name."""


class ServerError(DocentError):
    """The server cannot start."""


class CollectionExists(DocentError):
    """Another collection has this name."""


class BadRequest(DocentError):
    """A client of the API sent something that cannot be answered."""


class ConversationNotFound(DocentError):
    """No conversation, answer or curated answer has this id."""


class AccountError(DocentError):
    """An account, a key or a role is not there, or cannot be as it was asked for."""


class SignInRefused(DocentError):
    """The name or the password is wrong, or there were too many tries: then one `has_to_wait`."""

    def __init__(self, sentence: str, *, has_to_wait: bool = False) -> None:
        super().__init__(sentence)
        self.has_to_wait = has_to_wait


class NotSignedIn(DocentError):
    """There are accounts, and nobody has signed in."""


class Forbidden(DocentError):
    """Whoever has signed in may not do this."""


class TooMany(DocentError):
    """Somebody asks for more than their share; they may come again after `seconds`."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class NotAgreed(DocentError):
    """It would have a chat model read much, and nobody has said yes to that."""


class JobNotFound(DocentError):
    """No job has this id, or it ended long ago."""


class JobUnderWay(DocentError):
    """The job is past the point where it can be cancelled, or not at the one where it can be tried again."""
