"""The wire: Prio3, DAP messages, tasks, sealing. Pure: bytes in, bytes out; no file, no network, no clock."""
