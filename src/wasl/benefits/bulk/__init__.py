"""
Many families or grants in one act: reserved, approved, delivered, taken back.

A bulk is planned (its rows resolved and put in the order of their subjects), then done chunk by chunk, each chunk one
transaction through the same door as a single grant. One that was cut off goes on where it was; one that was stopped
keeps what it did. What follows on a bulk (approving what it reserved, giving what the door had asked about, taking
it back) is a bulk of its own, so that an answer given at a door stays as it was given.
"""
