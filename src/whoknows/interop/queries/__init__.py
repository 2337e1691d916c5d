"""What is here, in the words of the interchange formats."""
