"""What one sees: the panel, its sections, and the layers on the canvas."""
