/** Problems as annotations of GitHub's workflows: each one line that its runner shows at the file's line. */
import { relative, resolve } from 'node:path'
import type { Problem } from '../../diagnostic/problem.ts'

/** GitHub cuts what is longer. */
const longest = 4_000

/** One line for each problem, without a final line end. `root`: the checkout, from which paths of annotations count. */
export function annotations(problems: readonly Problem[], root?: string): string {
  return problems.map(problem => annotation(problem, root)).join('\n')
}

function annotation({ severity, summary, detail, remedy, host, source }: Problem, root?: string): string {
  const lead = host === undefined ? summary : `${host}: ${summary}`
  const text = [lead, detail, remedy && `What to do: ${remedy}`].filter(Boolean).join('\n')
  const place = source
    ? ` file=${property(pathOf(source.file, root))},line=${source.line},col=${source.column}`
    : ''
  return `::${severity}${place}::${data(text.slice(0, longest))}`
}

function pathOf(file: string, root: string | undefined): string {
  if (root === undefined) return file
  // What was typed counts from the working directory, which may be below the checkout.
  const path = relative(root, resolve(file))
  return path === '' || path.startsWith('..') ? file : path
}

/** A line end would begin another command of the workflow. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
