"""A registry file: its columns, its rows, what they say of a device and what can not be. Pure, but for reading."""
