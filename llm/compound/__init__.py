"""Questions about several things: each looked for by itself, and the answers joined."""
