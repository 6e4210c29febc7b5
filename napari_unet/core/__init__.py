"""The work itself, without a window: from pictures to models, from models to labels."""
