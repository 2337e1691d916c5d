"""Job aids: what somebody can use while doing the work."""
