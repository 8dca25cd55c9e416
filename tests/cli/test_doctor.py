"""`python -m bot doctor`: one finding for each thing, with the remedy where one is needed."""

from __future__ import annotations

from bot.cli.doctor import examine


async def test_what_is_missing_is_named_with_its_remedy(settings, unused_tcp_port):
    alone = settings.model_copy(update={"discord_api_url": f"http://127.0.0.1:{unused_tcp_port}/api/v10"})

    found = {finding.what: finding for finding in await examine(alone)}

    assert found["bank"].well
    assert found["database"].well
    assert not found["clock"].well
    assert "DISCORD_API_URL" in found["clock"].detail
    assert str(found["token"]).startswith("BAD  token: there is none. Put the bot's token into `.env`")
