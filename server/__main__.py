"""`shoal-server`: set-up, leader, helper, collector, and a simulated fleet for trying out."""

from __future__ import annotations

from server.commands import shoal_server


def main() -> None:
    """Run the command line; exits with the codes of server.errors."""
    shoal_server()


if __name__ == "__main__":
    main()
