/** What the scripts of `promha completion` are told at each tab. */
import { assemble } from '../assemble.ts'
import { candidatesFor } from './candidates.ts'
import { inventoryNames } from './names.ts'

/** `words`: what was typed after `promha`, the word to complete last. The form is said beside the scripts. */
export async function completionAnswer(words: readonly string[], version: string): Promise<string> {
  const program = await assemble(name => name === words[0], version)
  const found = await candidatesFor(program, words, inventoryNames)
  const candidates = found.kind === 'words' ? found.words : []
  const lines = candidates.map(({ word, text = '' }) => `${word}\t${text.replace(/\s+/g, ' ')}`)
  return `${[found.kind, ...lines].join('\n')}\n`
}
