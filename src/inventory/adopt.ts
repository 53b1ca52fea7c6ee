/** `adopt:`: which losses the user accepts when promha takes over what another tool has set up. */
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import { at, quote } from './place.ts'
import type { AdoptText } from './schema.ts'

/**
 * `web_config`: TLS and passwords of the program's port; `data_path`: data in another directory; `retention`: data that a
 * shorter retention deletes.
 */
const losses = ['web_config', 'data_path', 'retention'] as const
export type Loss = (typeof losses)[number]

/** The losses that are accepted; unknown words are reported. */
export function acceptedLosses(text: AdoptText | null | undefined, problems: Problem[]): readonly Loss[] {
  const words = text?.accept ?? []
  return words.flatMap((word, index) => {
    const known = losses.find(loss => loss === word)
    if (known !== undefined) return [known]
    problems.push(
      error(`adopt.accept: expected ${losses.join(', ')}, saw ${quote(word)}`, {
        ...at(words, index),
        ...suggestion(word, losses, `write one of ${losses.join(', ')}`),
      }),
    )
    return []
  })
}
