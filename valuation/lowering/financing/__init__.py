"""The financing of one party in the plan: construction, loans, waterfall, cover ratios, the owners' cash."""
