"""How the questions of `System` are told, by its methods; {0} is the first thing given, {1} the second."""

WORDS = {
    "plist": "file /{0}",
    "header": "first line of /{0}",
    "listing": "folder /{0}",
    "changed": "time of /{0}",
    "arrived": "time at which /{0} came here",
    "home": "this account's home",
    "device": "stat {0}: device",
    "ethernet": "psutil.net_io_counters: adapters en0, en1, …",
    "number": "sysctl {0}",
    "tasks": "libproc: proc_listallpids, proc_pid_rusage, proc_pidpath",
    "starts": "psutil.process_iter: when {0} began",
    "run": "command: {0}",
    "properties": "command: {0}",
}
