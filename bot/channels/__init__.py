"""Doors for customers, one file each. `bot.ports.ChannelModule` says what a file must define."""
