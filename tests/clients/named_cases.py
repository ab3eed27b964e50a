"""For the case programs that are run by a virtual environment's python: prints what suites/suite.py reads."""

import signal

_LIMIT_SECONDS = 45


class NotRefused(AssertionError):
    """It went through, where an error was expected."""


def _late(_signal, _frame):
    raise TimeoutError(f"it did not end within {_LIMIT_SECONDS} s")


def failure(run, *arguments):
    """What went wrong, or nothing."""
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(_LIMIT_SECONDS)
    try:
        run(*arguments)
        return ""
    except Exception as error:  # pylint: disable=broad-except; whatever a client raises is what it says
        return " ".join(f"{type(error).__name__} {error}".split())[:600]
    finally:
        signal.alarm(0)


def run_all(cases, *arguments):
    for case in cases:
        name, wrong = case.__name__.replace("_", " "), failure(case, *arguments)
        print(f"FAIL {name}: {wrong}" if wrong else f"PASS {name}", flush=True)


def equal(expected, found):
    if expected != found:
        raise AssertionError(f"expected {expected!r}, found {found!r}")


def refused(error_class, work, *arguments, **options):
    """The error that it has to end with."""
    try:
        work(*arguments, **options)
    except error_class as error:
        return error
    raise NotRefused("it was not refused")
