import { frame, location } from './code-frame.ts'
import type { Problem } from './problem.ts'

/** The whole problem as plain text of several lines, without a final newline. Colours are the reporter's. */
export function describe(problem: Problem): string {
  const lines = [`${problem.severity === 'error' ? 'Error' : 'Warning'}: ${problem.summary}`]
  const where = [problem.host, problem.resource].filter(part => part !== undefined).join(', ')
  if (where !== '') lines.push(`  on ${where}`)
  if (problem.source) {
    lines.push(`  at ${location(problem.source)}`)
    const code = frame(problem.source)
    if (code !== '') lines.push(indent(code, '  '))
  }
  if (problem.detail) lines.push(indent(problem.detail.trimEnd(), '  '))
  if (problem.remedy) lines.push(indent(`What to do: ${problem.remedy}`, '  '))
  return lines.join('\n')
}

function indent(text: string, margin: string): string {
  return text
    .split('\n')
    .map(line => (line === '' ? '' : margin + line))
    .join('\n')
}
