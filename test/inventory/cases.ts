import assert from 'node:assert/strict'
import { read, unmark } from './harness.ts'

/** A mistake in an inventory, and how it is told. */
export interface Case {
  /** `§` stands where the problem is expected. */
  readonly text: string
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly summary: RegExp
  readonly remedy?: RegExp
}

/** The inventory is refused with that error at each of those places, and nothing else. */
export async function tells({ text: marked, files = {}, summary, remedy }: Case): Promise<void> {
  const { text, places } = unmark(marked)
  const unmarked = Object.entries(files).map(([file, content]) => {
    const of = typeof content === 'string' ? unmark(content) : { text: content, places: [] }
    return { file, ...of }
  })
  const expected = [
    ...places.map(place => ({ file: 'inventory.yml', ...place })),
    ...unmarked.flatMap(({ file, places: of }) => of.map(place => ({ file, ...place }))),
  ]
  const { problems, directory } = await read(
    text,
    Object.fromEntries(unmarked.map(one => [one.file, one.text])),
  )
  const seen = problems.map(({ source }) => ({
    file: source?.file.replace(`${directory}/`, ''),
    line: source?.line,
    column: source?.column,
  }))
  const unique = seen.filter(
    (one, index) => seen.findIndex(other => other.line === one.line && other.column === one.column) === index,
  )
  assert.deepEqual(unique, expected, problems.map(problem => problem.summary).join('\n'))
  for (const problem of problems) {
    assert.equal(problem.severity, 'error')
    assert.match(problem.summary, summary)
    assert.doesNotMatch(problem.summary, / {2}| : [a-z]/, 'a blank too many')
    if (problem.remedy !== undefined)
      assert.match(problem.remedy, /^[A-Z"`].*[.?]$/s, 'a remedy is a sentence')
    if (remedy) assert.match(problem.remedy ?? '', remedy)
  }
}
