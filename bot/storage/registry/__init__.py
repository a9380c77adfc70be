"""The registry: which devices were sold, what is owed for them, and who has asked about them."""
