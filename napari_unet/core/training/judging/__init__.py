"""How good a model is: what measures it, how it stands to others, and what is wrong with labels."""
