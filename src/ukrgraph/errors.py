"""The one tree of errors that a user can cause; each knows the exit code it ends a command with.

    UkrgraphError        the root                                             4
    +-- UsageError       a name, option or parameter is wrong or missing      2
    +-- InputError       a file cannot be found, read or parsed               3
    +-- OutsideError     the machine refused: disk full, store locked, ...    4

A message reads `where: what was expected, got what; what to do`. Anything else that is raised is a bug and keeps its
traceback.
"""


class UkrgraphError(Exception):
    """Any mistake that a user can put right."""

    exit_code = 4


class UsageError(UkrgraphError):
    """A name, an option or a parameter is unknown, missing or of the wrong type."""

    exit_code = 2


class InputError(UkrgraphError):
    """A file is missing, unreadable or not in the syntax it claims."""

    exit_code = 3


class OutsideError(UkrgraphError):
    """Something outside failed: the disk is full, a store is locked, an endpoint is down."""

    exit_code = 4
