/** Chance that can be had again: the seed is printed, and PROMHA_SEED sets it. */

/** Numbers from 0 up to 1. */
export function chance(title: string): () => number {
  let state = Number(process.env.PROMHA_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`      ${title}: PROMHA_SEED=${state}`)
  // The usual 32-bit linear congruence, of which the upper bits are good enough for moments in time.
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
