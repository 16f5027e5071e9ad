"""The way from files and folders to articles: what is found, and which reader each piece gets."""
