/** Asks a tool about parts of a config that it refused without naming a place. */
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { yamlText } from '../../../roles/text/yaml.ts'
import type { BundleCheck } from '../../resource/model.ts'
import { writeBriefly } from '../../trust/replace-file.ts'
import { mostRuns, mostSearched } from '../tool/bounds.ts'
import { type RunTool, refuses } from '../tool/run.ts'
import { findings } from './message.ts'
import type { Refuses } from './search.ts'

/** How to ask about a file of the bundle; undefined if it is too large. `said`: the error that is looked for. */
export type AskParts = (name: string, said: string, size: number) => Refuses | undefined

/** `directory`: the staged bundle, in which the parts lie beside the file that they are of. */
export function partsAsked(run: RunTool, check: BundleCheck, directory: string): AskParts {
  let runs = 0
  return (name, said, size) => {
    if (size > mostSearched) return undefined
    const wanted = withoutNumbers(said)
    return async candidates => {
      const names = candidates.map((_, index) => join(dirname(name), `promha-part-${index}.yml`))
      const commands = commandsFor(check, name, names)
      runs += commands.length
      if (runs > mostRuns) return undefined
      try {
        for (const [index, candidate] of candidates.entries())
          await writeBriefly(join(directory, names[index] ?? ''), yamlText(candidate))
        const results = await Promise.all(commands.map(args => run(args, directory)))
        const perResult = results.map(result =>
          refuses(result) ? findings(result.all.replaceAll(`${directory}/`, '')) : [],
        )
        return names.map((part, index) =>
          (commands.length > 1 ? (perResult[index] ?? []) : perResult.flat()).some(
            ({ file, text }) => (file ?? part) === part && withoutNumbers(text) === wanted,
          ),
        )
      } finally {
        await Promise.all(names.map(part => rm(join(directory, part), { force: true })))
      }
    }
  }
}

/** promtool and amtool judge several files in one run. */
function commandsFor({ program, args }: BundleCheck, name: string, parts: readonly string[]) {
  const tool = basename(program)
  if (tool === 'promtool' && name.startsWith('rules/')) return [['check', 'rules', ...parts]]
  if (tool === 'promtool') return [['check', 'config', '--syntax-only', ...parts]]
  if (tool === 'amtool') return [[...args.slice(0, -1), ...parts]]
  return parts.map(part => [...args.slice(0, -1), part])
}

/** An item of a list has another number in a part of the list. */
function withoutNumbers(said: string): string {
  return said.replaceAll(/\d+/g, '0')
}
