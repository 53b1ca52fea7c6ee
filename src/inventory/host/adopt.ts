/** `adopt:`: which losses the user accepts when promha takes over what another tool has set up. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { AdoptText } from '../schema/schema.ts'
import { at } from '../text/place.ts'
import { hostProblem } from './messages.ts'

/** TLS and passwords of the program's port, data in another directory, and data that a shorter retention deletes. */
const losses = ['web_config', 'data_path', 'retention'] as const
export type Loss = (typeof losses)[number]

/** The losses that are accepted; unknown words are reported. */
export function acceptedLosses(text: AdoptText | null | undefined, problems: Problem[]): readonly Loss[] {
  const words = text?.accept ?? []
  return words.flatMap((word, index) => {
    const known = losses.find(loss => loss === word)
    if (known !== undefined) return [known]
    problems.push(hostProblem.unknownLoss(at(words, index), losses, word))
    return []
  })
}
