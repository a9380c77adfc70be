"""Places where agents work. All show the same desk: tickets and their talk, as the database has them."""
