"""Egypt: national ids, phones, names, relations, dates, places and the words for needs."""
