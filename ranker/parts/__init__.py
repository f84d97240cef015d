"""A parts store: what stations sent, compacted once, counted as often as wanted.

    STORE/store.json      marks the folder
    STORE/stations.toml   keys that are trusted; from the first on, only their parts are taken in
    STORE/parts/          HASH.parquet and HASH.json for each part, immutable
    STORE/quarantine/     HASH/ for each part that was not taken in, with the reason
    STORE/counted/        what has been counted already; may be deleted at any time

docs/parts.md tells how a lab uses it.
"""
