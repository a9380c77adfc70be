"""The bot speaks and remembers: channels, inbox, worker, outbox, storage. Only this package has effects."""
