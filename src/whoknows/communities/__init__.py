"""Groups of people who care about the same thing."""
