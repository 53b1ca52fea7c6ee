/** Upstream's programs as `HASH component version arch program`, by `npm run known-hashes`; without that, none counts as known. */
export const knownHashes: readonly string[] = []
