"""The page in the sidebar: what it shows, what it asks, and its downloads."""
