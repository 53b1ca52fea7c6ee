/** The text of an environment file, read as systemd reads an `EnvironmentFile=`. Pure. */

/** What is wrong at a line, without the line: it may hold a secret. */
interface Fault {
  readonly line: number
  readonly what: string
}

interface Read {
  /** The last value of each name. */
  readonly values: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
}

type Take = (pattern: RegExp) => RegExpExecArray | null

/** A backslash at the end of a comment joins the next line to it. */
const blanksAndComments = /(?:\s|[#;](?:\\.?|[^\n\\])*)*/sy
const nameAndSign = /(.[^\n=]*)(=?)/sy
const inQuotes = /"((?:\\.|[^"\\])*)"|'([^']*)'/sy
const oneCharacter = /\\(.?)|./sy

/** Lines NAME=VALUE, comments, quoted values of several lines and joined lines. What systemd ignores is a fault here. */
export function readEnvironmentText(text: string): Read {
  const values = new Map<string, string>()
  const faults: Fault[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  const take: Take = pattern => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    at += found?.[0].length ?? 0
    line += (found?.[0].split('\n').length ?? 1) - 1
    return found
  }
  for (take(blanksAndComments); at < text.length; take(blanksAndComments)) {
    const here = line
    const fault = (what: string) => faults.push({ line: here, what })
    const [, name = '', sign] = take(nameAndSign) ?? []
    const value = sign === '' ? '' : takeValue(take)
    if (sign === '') fault('is not of the form NAME=VALUE')
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trimEnd())) fault(nameFault(name))
    else if (value === undefined) fault('has a quote that is not closed')
    else if (value.includes('\0')) fault('holds a NUL character')
    else values.set(name.trimEnd(), value)
  }
  return { values, faults }
}

function nameFault(name: string): string {
  return /^export\s/.test(name)
    ? 'begins with "export": systemd and promha read NAME=VALUE without it'
    : 'does not begin with a name of letters, digits and "_"'
}

/** Up to the end of its last line; undefined if a quote is not closed. */
function takeValue(take: Take): string | undefined {
  let value = ''
  /** Characters of the value up to which no trailing blank is taken away. */
  let kept = 0
  for (let started = false; ; ) {
    const [isQuoted, double, single] = (started ? null : take(inQuotes)) ?? []
    const [one, escaped] = isQuoted === undefined ? (take(oneCharacter) ?? []) : []
    if (isQuoted !== undefined) value += single ?? unescaped(double ?? '')
    else if (one === undefined || one === '\n') return value.slice(0, kept)
    else if (!started && /^["']$/.test(one)) {
      take(/.*/sy)
      return undefined
    }
    // Blanks before the value and behind a closed quote do not count.
    else if (started || !/^\s$/.test(one)) {
      started = true
      value += escaped === '\n' ? '' : (escaped ?? one)
    }
    if (isQuoted !== undefined || !/^\s$/.test(one ?? '')) kept = value.length
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (whole, one) => {
    if (one === '\n') return ''
    return '"\\`$'.includes(one) ? one : whole
  })
}
