"""What a person writes: contract and market files, read and checked."""
