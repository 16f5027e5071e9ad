"""From files and folders to articles: find the files, and read each piece with the reader of its format."""
