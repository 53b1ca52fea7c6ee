import { extname } from 'node:path'
import { Command, Option } from 'commander'
import { ProblemError } from '../../diagnostic/problem.ts'
import { print, printProblems } from '../../report/print.ts'
import { type EnvironmentFlags, readHere, withInventory } from '../input/inventory-file.ts'
import { withNote } from '../input/note.ts'
import { cliProblem } from '../messages.ts'

interface GraphFlags extends EnvironmentFlags {
  readonly output?: string
  readonly format?: GraphFormat
}

const formats = ['svg', 'dot', 'mermaid'] as const
type GraphFormat = (typeof formats)[number]

/** By the ending of the file's name. */
const endings: Readonly<Record<string, GraphFormat>> = {
  '.svg': 'svg',
  '.dot': 'dot',
  '.gv': 'dot',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
}

export function command(): Command {
  const format = new Option(
    '--format <format>',
    "the form of the picture (default: by the file's ending, then svg)",
  )
  const note = 'This reads the inventory and nothing else: no host, no secret.'
  return withNote(withInventory(new Command('graph'), 'reads'), note)
    .option('-o, --output <file>', 'write the picture to this file, not to standard output')
    .addOption(format.choices(formats))
    .action(async (file: string, flags: GraphFlags) => {
      const { inventory, warnings } = await readHere(file, flags, { hide: () => {} })
      printProblems(warnings)
      const { buildTopology } = await import('../../topology/build.ts')
      const { buildGraph } = await import('../../topology/graph/build-graph.ts')
      const { renderGraph } = await import('../../graph/render.ts')
      const { output, format = endings[extname(output ?? '').toLowerCase()] ?? 'svg' } = flags
      const text = renderGraph(buildGraph(buildTopology(inventory)), format)
      if (output === undefined) return print(text)
      const { replaceFile } = await import('../../trust/replace-file.ts')
      await replaceFile(output, text, 0o644).catch((cause: Error) => {
        throw new ProblemError([cliProblem.graphUnwritable({}, output, cause.message)])
      })
    })
}
