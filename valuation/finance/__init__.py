"""Cash-flow maths on arrays."""
