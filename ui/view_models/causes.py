"""What went wrong below: the program says it in English; what it is about, any language can say."""

from __future__ import annotations

from ui.words import translate


def told(message: str, cure: str = "", code: int = 0) -> str:
    """A cause and its cure in sentences. English shows them as they are; other languages say first of what
    kind they are, by the exit code, then quote them.
    """
    cause = message[:1].upper() + message[1:].rstrip(".") + "." if message else ""
    exact = f"{cause} {cure}".strip()
    if not exact:
        return ""
    return translate("Causes", "{exact}", "the program's words, in English; {kind}: what it is about").format(
        exact=exact, kind=kind(code)
    )


def shortly(trouble: str, code: int) -> str:
    """The same in few words, without a cure: "dap.example does not accept the token"."""
    return translate("Causes", "{exact}", "in the bar: few words; {exact}, or {kind}").format(
        exact=trouble.partition(". ")[0], kind=kind(code).rstrip(".")
    )


def kind(code: int) -> str:
    """What an exit code of `shoal` is about, in a sentence."""
    return _way(code) or _rest(code)


def _way(code: int) -> str:
    match code:
        case 12:
            return translate("Causes", "The way through the proxy failed.")
        case 13:
            return translate("Causes", "The server’s certificate was not acceptable.")
        case 14:
            return translate("Causes", "The operator does not accept the upload token.")
        case 15:
            return translate("Causes", "The operator refused.")
        case 17:
            return translate("Causes", "The network did not let it through.")
    return ""


def _rest(code: int) -> str:
    match code:
        case 10:
            return translate("Causes", "This computer takes part in no task.")
        case 11:
            return translate("Causes", "The policy has an error.")
        case 16:
            return translate("Causes", "Task and catalogue do not fit together.")
        case 18:
            return translate("Causes", "The system’s keychain failed.")
        case 19:
            return translate("Causes", "Database or disk failed.")
        case 20:
            return translate("Causes", "It is not to be done now.")
        case 30:
            return translate("Causes", "Something differs.")
    return translate("Causes", "Something failed.")
