"""What passes between rooms: frozen values, and the frames of the first stages."""
