"""The errors a person may see.

DocentError                 a sentence for the reader: what, where, what to do
├── IngestError             a file that cannot be taken; the others still are
│   ├── UnreadableFile      damaged, empty, or not readable by this user
│   ├── UnsupportedType     no parser for what it is
│   └── PasswordRequired    encrypted, and no or a wrong password was given
├── RetrievalError          the store, an index or an embedder (retrieval/errors.py)
├── AnswerError             a chat model (llm/errors.py)
└── SettingsError           a setting that is unknown or has no such value (app/errors.py)
"""


class DocentError(Exception):
    """Shown to the user as it is: one sentence that says what, where and what to do."""


class IngestError(DocentError):
    """A file that cannot be taken in."""


class UnreadableFile(IngestError):
    """The file is damaged, empty, or may not be read."""


class UnsupportedType(IngestError):
    """No parser knows this kind of file."""


class PasswordRequired(IngestError):
    """The file is encrypted and no right password was given."""
