"""What messengers, networks and WordPress give their users: WhatsApp, Telegram's pages, X, WXR."""
