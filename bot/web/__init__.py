"""The HTTP side: pages, limits, tokens, files. The website channel's own door is `bot.channels.website`."""
