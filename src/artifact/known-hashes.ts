/**
 * Programs of upstream's releases that this release of promha knows: `HASH component version arch program`, a text each.
 * Written by `npm run known-hashes`, which reads upstream's archives. It is empty where that has not been run: then no
 * program counts as known, and what promha did not fetch from upstream or Debian itself needs `promha artifacts trust`.
 */
export const knownHashes: readonly string[] = []
