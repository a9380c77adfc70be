"""What the bot thinks: pure rules and topics. Nothing here touches network, clock or database."""
