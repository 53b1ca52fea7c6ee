/** `environment` and `limits` of a component: what its unit gives to its program. */
import { present } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { CommonSettings, Limits } from '../model.ts'
import type { HostWordsText } from '../schema/schema-words.ts'
import { asWritten } from '../text/as-written.ts'
import { at, atKey } from '../text/place.ts'
import { cellProblem } from './messages.ts'

export type UnitWords = Pick<CommonSettings, 'environment' | 'limits'>

/** What the inventory says; what is wrong is reported. */
export function unitWords(
  { environment, limits }: HostWordsText,
  of: string,
  problems: Problem[],
): UnitWords {
  return present({
    environment: environment && variables(environment, of, problems),
    limits: limits && checkedLimits(limits, of, problems),
  })
}

/** `over` counts more, name by name. */
export function laidOver(under: UnitWords, over: UnitWords): UnitWords {
  const both = <T extends object>(one: T | undefined, other: T | undefined) =>
    (one || other) && { ...one, ...other }
  return present({
    environment: both(under.environment, over.environment),
    limits: both(under.limits, over.limits),
  })
}

function variables(environment: NonNullable<HostWordsText['environment']>, of: string, problems: Problem[]) {
  for (const name of Object.keys(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      problems.push(cellProblem.badVariableName(atKey(environment, name), name, of))
    const value = asWritten(environment, name) ?? ''
    const fault =
      Buffer.byteLength(`${name}=${value}`) >= longestVariable
        ? `is longer than the ${longestVariable} bytes that Linux hands to a program`
        : valueFault(value)
    if (fault) problems.push(cellProblem.badVariable(at(environment, name), name, of, fault))
  }
  return Object.fromEntries(Object.keys(environment).map(name => [name, asWritten(environment, name) ?? '']))
}

/** Bytes of the name, the value, what is between them, and the zero behind them: MAX_ARG_STRLEN of Linux. */
const longestVariable = 131_072

/** What systemd does not hand over. */
function valueFault(value: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) return 'holds a control character'
  const odd = /[\p{Noncharacter_Code_Point}\p{Surrogate}]/u.exec(value)?.[0].codePointAt(0)
  if (odd !== undefined)
    return `holds U+${odd.toString(16).toUpperCase()}, which is not a character: systemd refuses the whole file`
  return undefined
}

/** What `fs.nr_open` is by default, and at most. */
const [usualFiles, mostFiles] = [1_048_576, 1_073_741_816]

/** Bytes: less lets no program start, and more is no machine's. */
const [leastMemory, mostMemory] = [2 ** 20, 2 ** 50]

function isMemory(text: string): boolean {
  const [, number, unit = ''] = /^([1-9]\d*)([KMGT]?)$/.exec(text) ?? []
  const bytes = Number(number) * 1024 ** ' KMGT'.indexOf(unit || ' ')
  return bytes >= leastMemory && bytes <= mostMemory
}

/** What was probably meant: `512MB` is 512M, and a number without a unit is of megabytes or gigabytes. */
function memoryRemedy(text: string): string {
  const [, number = '', unit = ''] = /^\s*([1-9]\d*)\s*([kmgt]?)i?b?(?:ytes?)?\s*$/i.exec(text) ?? []
  if (number === '') return 'Write a whole number and K, M, G or T, like 512M.'
  const meant = `${number}${unit.toUpperCase() || (Number(number) < 64 ? 'G' : 'M')}`
  if (!isMemory(meant)) return 'Write a size like 512M.'
  return unit === '' ? `A number alone is in bytes. Did you mean ${meant}?` : `Write ${meant}.`
}

function checkedLimits(
  limits: NonNullable<HostWordsText['limits']>,
  of: string,
  problems: Problem[],
): Limits {
  const { files } = limits
  const memory = asWritten(limits, 'memory')
  if (memory !== undefined && !isMemory(memory))
    problems.push(cellProblem.badMemoryLimit(at(limits, 'memory'), of, memory, memoryRemedy(memory)))
  if (files != null && !(Number.isInteger(files) && files >= 64 && files <= mostFiles))
    problems.push(cellProblem.badFileLimit(at(limits, 'files'), of, mostFiles, files))
  else if (files != null && files > usualFiles)
    problems.push(cellProblem.highFileLimit(at(limits, 'files'), of, files, usualFiles))
  return present({ memory, files })
}
