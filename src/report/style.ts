/** The few colours in use, as plain SGR codes; none where the reader asked for none or is no terminal. */
export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
}

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

/** Colours for a terminal that shows them, unless NO_COLOR is set to anything. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const wanted = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return wanted ? colours : plain
}

/** A unified diff with its added, removed and position lines told apart. */
export function paintDiff(diff: string, style: Style): string {
  return diff
    .split('\n')
    .map(line => {
      if (line.startsWith('+++') || line.startsWith('---')) return style.bold(line)
      if (line.startsWith('@@')) return style.cyan(line)
      if (line.startsWith('+')) return style.green(line)
      if (line.startsWith('-')) return style.red(line)
      return line
    })
    .join('\n')
}
