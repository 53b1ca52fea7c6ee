/** `environment` and `limits` of a component: what its unit gives to its program. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { CommonSettings, Limits } from './model.ts'
import { at, atKey, quote } from './place.ts'
import type { HostWordsText } from './schema.ts'

export type UnitWords = Pick<CommonSettings, 'environment' | 'limits'>

/** What the inventory says; what is wrong is reported. */
export function unitWords(
  { environment, limits }: HostWordsText,
  of: string,
  problems: Problem[],
): UnitWords {
  return {
    ...(environment ? { environment: variables(environment, of, problems) } : {}),
    ...(limits ? { limits: checkedLimits(limits, of, problems) } : {}),
  }
}

/** `over` counts more, name by name. */
export function laidOver(under: UnitWords, over: UnitWords): UnitWords {
  const environment = { ...under.environment, ...over.environment }
  const limits = { ...under.limits, ...over.limits }
  return {
    ...(under.environment || over.environment ? { environment } : {}),
    ...(under.limits || over.limits ? { limits } : {}),
  }
}

function variables(
  environment: NonNullable<HostWordsText['environment']>,
  of: string,
  problems: Problem[],
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      problems.push(
        error(`${quote(name)} in the environment of ${of} is no name of a variable`, {
          ...atKey(environment, name),
          detail: 'Expected: letters, digits and "_", and no digit first.',
        }),
      )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: systemd cannot hand over what holds one
    if (/[\u0000-\u0008\u000b-\u001f]/.test(String(value)))
      problems.push(error(`the variable ${name} of ${of} holds a control character`, at(environment, name)))
  }
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}

function checkedLimits(
  limits: NonNullable<HostWordsText['limits']>,
  of: string,
  problems: Problem[],
): Limits {
  const { memory, files } = limits
  if (memory != null && !/^[1-9]\d*[KMGT]?$/.test(String(memory)))
    problems.push(
      error(
        `limits.memory of ${of}: expected a size like 512M or 2G, saw ${quote(String(memory))}`,
        at(limits, 'memory'),
      ),
    )
  if (files != null && !(Number.isInteger(files) && files >= 64 && files <= 1_073_741_816))
    problems.push(
      error(
        `limits.files of ${of}: expected a number of open files from 64, saw ${files}`,
        at(limits, 'files'),
      ),
    )
  return {
    ...(memory == null ? {} : { memory: String(memory) }),
    ...(files == null ? {} : { files }),
  }
}
