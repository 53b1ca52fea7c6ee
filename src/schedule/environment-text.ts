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

/**
 * Lines NAME=VALUE; `#` or `;` starts a comment; a value may be quoted and then has several lines; a backslash at the
 * end of a line joins the next one. What systemd ignores with a warning is a fault here.
 */
export function readEnvironmentText(text: string): Read {
  const values = new Map<string, string>()
  const faults: Fault[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  const take = (): string => {
    const character = text[at] ?? ''
    at += 1
    if (character === '\n') line += 1
    return character
  }
  while (at < text.length) {
    const first = take()
    if (/\s/.test(first)) continue
    if (first === '#' || first === ';') {
      // A backslash at the end of a comment joins the next line to it, too.
      while (at < text.length && text[at] !== '\n') if (take() === '\\') take()
      continue
    }
    const here = line
    let name = first
    while (at < text.length && text[at] !== '\n' && text[at] !== '=') name += take()
    if (text[at] !== '=') {
      faults.push({ line: here, what: 'is not of the form NAME=VALUE' })
      continue
    }
    take()
    const value = takeValue(() => (at < text.length ? take() : undefined))
    const known = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trimEnd())
    if (!known) faults.push({ line: here, what: nameFault(name) })
    else if (value === undefined) faults.push({ line: here, what: 'has a quote that is not closed' })
    else if (value.includes('\0')) faults.push({ line: here, what: 'holds a NUL character' })
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
function takeValue(next: () => string | undefined): string | undefined {
  let value = ''
  /** Characters of the value up to which no trailing blank is taken away. */
  let kept = 0
  let started = false
  for (let one = next(); one !== undefined && one !== '\n'; one = next()) {
    if (!started && (one === "'" || one === '"')) {
      const quoted = one === '"' ? inDouble(next) : inSingle(next)
      if (quoted === undefined) return undefined
      value += quoted
      kept = value.length
      continue
    }
    if (one === '\\') {
      const escaped = next()
      started = true
      if (escaped !== undefined && escaped !== '\n') value += escaped
      kept = value.length
      continue
    }
    // Blanks before the value and behind a closed quote do not count.
    if (!started && /\s/.test(one)) continue
    started = true
    value += one
    if (!/\s/.test(one)) kept = value.length
  }
  return value.slice(0, kept)
}

function inSingle(next: () => string | undefined): string | undefined {
  let value = ''
  for (let one = next(); one !== "'"; one = next()) {
    if (one === undefined) return undefined
    value += one
  }
  return value
}

function inDouble(next: () => string | undefined): string | undefined {
  let value = ''
  for (let one = next(); one !== '"'; one = next()) {
    if (one === undefined) return undefined
    if (one !== '\\') {
      value += one
      continue
    }
    const escaped = next()
    if (escaped === undefined) return undefined
    if ('"\\`$'.includes(escaped)) value += escaped
    else if (escaped !== '\n') value += `\\${escaped}`
  }
  return value
}
