"""From records to drafts of articles: JSON, Markdown with front matter, whatever else has named fields."""
