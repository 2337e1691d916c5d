"""Persons, organisations, units and memberships; who may see what."""
