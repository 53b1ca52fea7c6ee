/** Prometheus' text format, as far as single samples are wanted from it. */
import { longestLine } from '../../shell/syntax/bounds.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** All samples of one metric, without those of names that merely begin alike. */
export function samples(text: string, name: string): readonly Sample[] {
  const found: Sample[] = []
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    const end = text.indexOf('\n', at)
    const line = text.slice(at + name.length, end < 0 ? text.length : end)
    if (line.length > longestLine) continue
    const parts = /^(?:\{(.*)\})?\s+(\S+)/s.exec(line)
    if (!parts) continue
    found.push({
      labels: labelsOf(parts[1] ?? ''),
      value: Number((parts[2] ?? '').replace('Inf', 'Infinity')),
    })
  }
  return found
}

/** The value of a metric that has one sample; undefined where it is missing. */
export function sample(text: string, name: string): number | undefined {
  return samples(text, name)[0]?.value
}

/** The `version` label of PROGRAM_build_info; empty where it is missing. */
export function buildVersion(text: string, program: string): string {
  return samples(text, `${program}_build_info`)[0]?.labels.version ?? ''
}

/** Read from left to right without going back, and no further than it makes sense: a line may have any length. */
function labelsOf(text: string): Record<string, string> {
  const labels: [string, string][] = []
  const pair = /[\s,]*([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/y
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [, name = '', value = ''] = found
    labels.push([name, value.replaceAll(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))])
  }
  return Object.fromEntries(labels)
}
