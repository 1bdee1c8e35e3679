"""What is being typed, kept on the server: the addresses that static/js/drafts.js asks."""
