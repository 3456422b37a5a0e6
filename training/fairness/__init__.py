"""On whom flags and errors fall (公平), and that nothing protected is read."""
