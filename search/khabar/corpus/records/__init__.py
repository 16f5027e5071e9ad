"""From records with named fields to drafts of articles: JSON, Markdown with front matter, and others."""
