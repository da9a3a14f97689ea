from __future__ import annotations

from dap import messages


def test_every_message_of_the_draft_is_offered() -> None:
    assert list(messages.__all__) == sorted(messages.__all__)
    for name in messages.__all__:
        assert hasattr(messages, name), name
    media = {
        *("HpkeConfigList", "UploadRequest", "UploadErrors", "AggregationJobInitReq", "AggregationJobResp"),
        *("AggregationJobContinueReq", "AggregateShareReq", "AggregateShare"),
        *("CollectionJobReq", "CollectionJobResp"),
    }
    for name in media:
        message = getattr(messages, name)
        assert callable(message.encode)
        assert callable(message.decode)
