WORDS: dict[str, dict[str, str]] = {}
