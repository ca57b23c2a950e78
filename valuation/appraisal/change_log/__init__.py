"""What changed since an earlier run: the bridge from its NPV to the new one, and the inputs that differ."""
