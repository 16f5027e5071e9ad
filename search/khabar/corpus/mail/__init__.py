"""Read mail messages and mailboxes."""
