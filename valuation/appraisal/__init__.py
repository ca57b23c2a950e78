"""From a contract to the tables of its valuation: one file per concern, put together by ``appraise``."""
