"""How the leader talks to the helper."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from dap.constants import MediaType
from dap.dialect import DAP18, Dialect
from server import conversation
from server.conversation import Conversation
from tests.aggregators import free_ports, make_pair

if TYPE_CHECKING:
    pass


def test_the_token_is_in_no_repr_and_no_error(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, ports=free_ports(2))
    config = dataclasses.replace(pair.leader, peer_token="hush-hush-token")

    async def talk(dialect: Dialect) -> str:
        helper = Conversation(config.peer_url, config.peer_token, dialect)
        try:
            await helper.create(helper.collection("x"), b"", MediaType.UPLOAD_REQ, named=False)
        except conversation.HelperAway as away:
            return repr(away) + repr(helper) + repr(config)
        finally:
            await helper.close()
        return ""

    text = asyncio.run(talk(DAP18))
    assert "ConnectError" in text and "hush" not in text
