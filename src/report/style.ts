/** The few colours in use, as plain SGR codes; none where the reader asked for none or is no terminal. */
export type Style = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', Paint>>

type Paint = (text: string) => string

const sgr =
  (open: number, close: number): Paint =>
  text =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`

const colours: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
}

const same: Paint = text => text

export const plain: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

type Stream = { readonly isTTY?: boolean }

/** Colours for a terminal that shows them, unless NO_COLOR is set to anything. */
export function styleFor(stream: Stream, env: Readonly<Record<string, string | undefined>>): Style {
  const wanted = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return wanted ? colours : plain
}

/** A unified diff with its added, removed and position lines told apart. */
export function paintDiff(diff: string, style: Style): string {
  const lines = diff.split('\n').map(line => {
    if (/^(\+\+\+|---)/.test(line)) return style.bold(line)
    if (line.startsWith('@@')) return style.cyan(line)
    if (line.startsWith('+')) return style.green(line)
    return line.startsWith('-') ? style.red(line) : line
  })
  return lines.join('\n')
}
