"""Read the exports of messengers, social networks and WordPress: WhatsApp, Telegram's pages, X, WXR, other
XML."""
