"""The financing of the viewed party: loans, sources and uses, cover, the owners' return, the lender's cases."""
