/** The one warning about programs that are not trusted on this machine. */
import { basename } from 'node:path'
import { type Problem, warning } from '../diagnostic/problem.ts'
import type { Inventory } from '../inventory/model.ts'
import { describeSource, type LocalCheck, type LocalFile } from './local-program.ts'

/** A check that was not made because its program may not run here. */
export interface UntrustedProgram extends LocalCheck, LocalFile {
  /** What kept promha from fetching it itself. */
  readonly why: Problem | undefined
}

/** Names each program once, with its source and hash, and what it would have judged. At least one is given. */
export function untrustedWarning(
  programs: readonly UntrustedProgram[],
  { file: inventory, artifacts }: Pick<Inventory, 'file' | 'artifacts'>,
): Problem {
  const names = unique(programs.map(({ file }) => basename(file.path)))
  const configs = unique(programs.map(({ component }) => component))
  const lines = unique(programs.map(({ file }) => file.path)).flatMap(path => {
    const those = programs.filter(({ file }) => file.path === path)
    return those.slice(0, 1).flatMap(({ release, file, why }) => {
      const judged = unique(those.map(({ instance }) => `${instance.component} in cell ${instance.cell}`))
      return [
        `${basename(path)} ${release.version} from ${describeSource(artifacts, release.component)}, sha256 ${file.sha256}`,
        `  not checked: ${judged.join(', ')}`,
        ...(why ? [`  promha did not fetch it itself: ${why.summary}`] : []),
      ]
    })
  })
  return warning(
    `${list(names)} ${names.length === 1 ? 'is' : 'are'} not trusted on this machine, so the ${configs.length === 1 ? 'config' : 'configs'} of ${list(configs)} ${configs.length === 1 ? 'was' : 'were'} not checked here`,
    {
      detail: lines.join('\n'),
      remedy: `Run \`promha artifacts trust ${inventory}\` to see the programs and accept them. \`promha apply\` checks the configs on the hosts before it uses them.`,
    },
  )
}

/** Each once, in an order that does not depend on which check came first. */
export function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort()
}

/** `a, b and c` */
export function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
