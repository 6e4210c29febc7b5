"""What the network should answer, and how wrong an answer is."""
