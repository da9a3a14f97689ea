"""How the questions of `System` are told, by its methods; {0} is the first thing given, {1} the second."""

WORDS = {
    "text": "file /{0}",
    "data": "file /{0}",
    "kept": "file /{0}",
    "listing": "folder /{0}",
    "exists": "is there /{0}?",
    "link": "link /{0}",
    "target": "what the link /{0} leads to",
    "changed": "time of /{0}",
    "linked": "time of the link /{0}",
    "lines_backwards": "log /{0}, newest line first",
    "device": "stat {0}: device",
    "is_read_only": "statvfs {0}: read-only?",
    "home": "this account's home",
    "release": "uname -r",
    "when": "mktime {0}-{1}-{2} {3}:{4}:{5}",
    "units": "sysconf: ticks a second, bytes a page",
    "clock_error": "adjtimex(2)",
    "round_trips": "netlink, sock_diag: TCP connections' times",
    "wifi_signals": "netlink, nl80211: signal of the interfaces {0}",
    "properties": "the system's message bus: {0}",
    "run": "command: {0}",
    "start": "command: {0}",
}

# Host method → a pattern that begins the lines it goes by, in a file or an answer of many.
LINES = {
    "memory_stall": "full",
    "memory_kills": "oom_kill ",
    "segments": "Tcp:",
    "security_updates": r"(?i)[^/ ]+/[^ ]*security",
    "support_end": r"(ID|VERSION_ID|SUPPORT_END)=",
    "started": "btime",
}
