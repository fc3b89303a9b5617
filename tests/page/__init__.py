"""What the page is and asks."""
