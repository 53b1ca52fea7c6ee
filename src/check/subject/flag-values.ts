/** What a program says of its flags: one problem for each that it refuses, at its place in the inventory. */
import { basename } from 'node:path'
import type { Problem } from '../../diagnostic/problem.ts'
import { redact } from '../../diagnostic/redact.ts'
import { urlPasswords } from '../../inventory/secret/secret-keys.ts'
import { at, atKey } from '../../inventory/text/place.ts'
import type { BundleCheck, FlagAlone, FlagQuestion } from '../../resource/model.ts'
import { flagMark } from '../../shell/change/flag-check.ts'
import { plainMessage } from '../finding/message.ts'
import { checkProblem } from '../messages.ts'
import { type RunTool, whyNot } from '../tool/run.ts'
import { flagRemedy, flagsIn, isUnknownFlag } from './flag-names.ts'

/** Lines of a message that is in no known form. */
const mostLines = 5

/** `prometheus` */
type Named = Pick<BundleCheck, 'program'> & { readonly flags: FlagQuestion }

interface FlagFindings {
  readonly problems: readonly Problem[]
  /** Why the program could not be asked here. */
  readonly unknown?: string
}

/** Asks a program on this machine. What depends on the files of a host is left to the host. `of`: `in cell eu`. */
export async function judgeFlags(
  check: Named & Pick<BundleCheck, 'args'>,
  run: RunTool,
  directory: string,
  of: string,
): Promise<FlagFindings> {
  const { flags } = check
  const paths = flags.each.filter(namesPath).map(({ name }) => `--${name}=`)
  const seenHere = (word: string) => {
    const begin = paths.find(one => word.startsWith(one))
    return begin === undefined ? word : `${begin}/nonexistent`
  }
  const ask = async (args: readonly string[]) => {
    const result = await run(args.map(seenHere), directory)
    const { exitCode, all } = result
    if (exitCode === undefined) return { unknown: whyNot(result) }
    if (flags.accepted.some(text => all.includes(text))) return { taken: all }
    // Without a word of why, nothing shows that a flag is the cause.
    return all.trim() === '' ? { unknown: 'it ended without a message' } : { said: all }
  }
  const whole = await ask(check.args)
  if (whole.unknown !== undefined) return { problems: [], unknown: whole.unknown }
  if (whole.said === undefined) return { problems: unknownFeatures(check, whole.taken ?? '', of) }
  const answers = await Promise.all(
    flags.each.map(async flag => ({ flag, said: (await ask(flag.args)).said })),
  )
  const refused = answers.flatMap(({ flag, said }) => (said === undefined ? [] : [{ flag, said }]))
  const wrong = refused.filter(({ said }) => !isOfHost(said))
  if (wrong.length > 0) {
    const unknown = wrong.some(({ said }) => isUnknownFlag(reasonOf(said)))
    const known = unknown ? flagsIn((await run(['--help'], directory)).all) : []
    return { problems: wrong.map(({ flag, said }) => refusedFlag(check, flag, said, of, known)) }
  }
  if (refused.length > 0 || isOfHost(whole.said)) return { problems: [] }
  return { problems: [refusedLine(check, whole.said, of)] }
}

/** Paths are those of the host. Here, a stranger's could lead through a link to any file, which the program would quote. */
function namesPath({ owner, key }: FlagAlone): boolean {
  const value = (owner as Readonly<Record<string | number, unknown>>)[key]
  return typeof value === 'string' && /(?:^|[,;=\s]|:(?!\/\/)|^(?:file|unix):\/\/)\.{0,2}\//.test(value)
}

/** What the host's script said of the same check. */
export function flagProblems(check: Named, lines: readonly string[], of: string): readonly Problem[] {
  const parts = new Map<number, string[]>()
  const whole: string[] = []
  let current = whole
  for (const line of lines) {
    const index = line.startsWith(`${flagMark} `) ? Number(line.slice(flagMark.length + 1)) : Number.NaN
    if (check.flags.each[index] === undefined) current.push(line)
    else {
      current = []
      parts.set(index, current)
    }
  }
  const found = [...parts].flatMap(([index, said]) => {
    const flag = check.flags.each[index]
    return flag ? [refusedFlag(check, flag, said.join('\n'), of)] : []
  })
  return found.length > 0 ? found : [refusedLine(check, whole.join('\n'), of)]
}

/** Prometheus starts with a feature that it does not know, and says so in its log only. */
function unknownFeatures(check: Named, said: string, of: string): readonly Problem[] {
  const flag = check.flags.each.find(({ name }) => name === 'enable-feature')
  if (!flag) return []
  return [...said.matchAll(/Unknown option for --enable-feature"[ ,]"?option"?[=:]"?([\w.-]+)/g)].map(
    ([, feature = '']) => checkProblem.unknownFeature(at(flag.owner, flag.key), nameOf(check), feature, of),
  )
}

/** A path that this machine lacks may be there on the host. */
function isOfHost(said: string): boolean {
  return /no such file or directory|permission denied|not permitted|not a directory/.test(reasonOf(said))
}

function refusedFlag(
  check: Named,
  { name, map, owner, key }: FlagAlone,
  said: string,
  of: string,
  known: readonly string[] = [],
): Problem {
  const reason = reasonOf(said)
  const program = nameOf(check)
  const remedy = flagRemedy(program, name, reason, known)
  const where = isUnknownFlag(reason) ? atKey(map, name) : at(owner, key)
  return checkProblem.flagRefused(where, { program, name, of, shown: shown(reason), remedy })
}

function refusedLine(check: Named, said: string, of: string): Problem {
  const reason = reasonOf(said)
  const repeated = /^flag '([^']+)' cannot be repeated/.exec(reason)?.[1]
  const first = check.flags.each.findLast(({ name }) => name === repeated) ?? check.flags.each[0]
  const remedy = `Run \`${nameOf(check)} --help\` to see all flags with their values.`
  return checkProblem.commandLineRefused(first ? at(first.owner, first.key) : {}, {
    ...{ program: nameOf(check), of, said: shown(reason) },
    remedy: first ? `Correct the flags. ${remedy}` : remedy,
  })
}

/** Without the passwords of URLs, which a program quotes if it cannot read them. */
function shown(reason: string): string {
  return redact(reason, urlPasswords(reason))
}

function nameOf({ program }: Named): string {
  return basename(program)
}

/** The reason alone: programs print their whole usage behind it, or log lines before it. */
export function reasonOf(said: string): string {
  const usual =
    /^Error parsing command ?line arguments: (.+)$/m.exec(said)?.[1] ??
    /^\S+: error: (.+?)(?:, try --help)?$/m.exec(said)?.[1] ??
    /^panic: (.+)$/m.exec(said)?.[1]
  if (usual !== undefined) return usual
  const json = [...said.matchAll(/^\{.*"level":"(?:error|ERROR)".*\}$/gm)].flatMap(([line]) => errorIn(line))
  if (json.length > 0) return json.join('\n')
  const lines = plainMessage(said)
    .split('\n')
    .filter(line => line.trim() !== '')
  return lines.slice(0, mostLines).join('\n') || 'It ended without a message.'
}

function errorIn(line: string): readonly string[] {
  try {
    const { err, msg } = JSON.parse(line) as Readonly<Record<string, unknown>>
    return typeof err === 'string' ? [err] : typeof msg === 'string' ? [msg] : []
  } catch {
    return []
  }
}
