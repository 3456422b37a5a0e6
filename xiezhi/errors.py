"""The one exception tree.

    XiezhiError                 everything this program raises on purpose
    ├── InputError              what somebody handed in cannot be used
    │   ├── RecordError         one record is bad: field, code and mend
    │   └── MappingError        a mapping file is bad
    ├── StoreError              the store cannot be opened, read or written
    ├── BundleError             a model bundle is missing, damaged or of another feature list
    ├── NotEnoughLabels         the history holds too few findings to train on
    ├── NotFound                no such filing, flag, model or account
    ├── Conflict                the record is not in a state that allows this
    │   └── Outdated            it is not as it was when the caller looked
    ├── NotAuthenticated        nobody of this name, or another password
    ├── NotPermitted            this person may not do this
    └── TooMany                 more requests than this caller may make in the time

Each carries a stable `code`, a sentence in both languages and no personal data.
"""

from __future__ import annotations


class XiezhiError(Exception):
    """An error a user can read: a stable code and a sentence in zh and en, without personal data."""

    code = "error"

    def __init__(self, zh: str, en: str, *, code: str | None = None) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        if code is not None:
            self.code = code

    def text(self, language: str) -> str:
        """The sentence in `language` (`zh` or `en`)."""
        return self.zh if language.startswith("zh") else self.en


class InputError(XiezhiError):
    """What was handed in cannot be used."""

    code = "input"


class RecordError(InputError):
    """One record is bad. `field` names the place in the record, the sentences name the mend."""

    code = "record"

    def __init__(self, field: str, zh: str, en: str, *, code: str) -> None:
        super().__init__(zh, en, code=code)
        self.field = field


class MappingError(InputError):
    """A mapping file is bad."""

    code = "mapping"


class StoreError(XiezhiError):
    """The store cannot be opened, read or written."""

    code = "store"


class BundleError(XiezhiError):
    """A model bundle is missing, damaged or made for another feature list."""

    code = "bundle"


class NotEnoughLabels(XiezhiError):
    """The history holds too few findings to train on."""

    code = "not-enough-labels"


class NotFound(XiezhiError):
    """No such filing, flag, model or account."""

    code = "not-found"


class Conflict(XiezhiError):
    """The record is not in a state that allows this."""

    code = "conflict"


class Outdated(Conflict):
    """The record is not as it was when the caller looked."""

    code = "outdated"


class NotAuthenticated(XiezhiError):
    """Nobody of this name, or another password: which of the two is not told."""

    code = "not-authenticated"


class NotPermitted(XiezhiError):
    """This person may not do this."""

    code = "not-permitted"


class TooMany(XiezhiError):
    """More requests than this caller may make in the time; `wait` is how many seconds until the next one."""

    code = "too-many-requests"

    def __init__(self, zh: str, en: str, *, wait: int) -> None:
        super().__init__(zh, en)
        self.wait = wait
