/**
 * All words of all problems, as `snapshots/TOPIC.txt` has them: who changes a word sees it in the diff.
 * `npm run messages` writes them.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Problem } from '../../src/diagnostic/problem.ts'
import { root, sources } from '../architecture/sources.ts'
import { watchBranches } from './branches.ts'
import type { Samples } from './samples.ts'

const snapshots = join(root, 'test/messages/snapshots')

// Before the messages are loaded, since only code that is compiled from now on is watched branch by branch.
const takeUnexecuted = watchBranches('/messages.ts')

/** All that these files export. */
async function exportsOf<T>(paths: readonly string[]): Promise<readonly T[]> {
  const modules = await Promise.all(paths.map(path => import(pathToFileURL(path).href)))
  return modules.flatMap(module => Object.values(module) as T[])
}

const samples = await exportsOf<Samples>(
  readdirSync(join(root, 'test/messages/rooms'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(root, 'test/messages/rooms', name)),
)

/** What each `messages.ts` exports, by its path. */
const tables = new Map<string, readonly Samples['messages'][]>()
for (const path of sources().keys()) {
  if (path.endsWith('/messages.ts')) tables.set(path, await exportsOf([join(root, path)]))
}

function problemsOf({ messages, facts }: Samples): readonly Problem[] {
  return Object.entries(messages).flatMap(([name, message]) =>
    (facts[name] ?? []).map(given => message({}, ...given)),
  )
}

const topicOf = ({ code }: Problem) => code.slice(0, code.indexOf('.'))

function text(problems: readonly Problem[]): string {
  const blocks = problems.map(({ code, severity, contentFree, summary, detail, remedy }) =>
    [
      `${code} (${severity}${contentFree ? ', content-free' : ''})`,
      ...summary.split('\n').map(line => `  ${line}`),
      ...(detail ?? '').split('\n').flatMap(line => (line === '' ? [] : [`    ${line}`])),
      ...(remedy === undefined ? [] : [`  → ${remedy}`]),
    ].join('\n'),
  )
  return `${blocks.join('\n\n')}\n`
}

const rooms = samples.map(one => ({ ...one, problems: problemsOf(one) }))
const unseen = takeUnexecuted()

describe('messages', () => {
  it('have samples, each of them', () => {
    const shown = new Map(rooms.map(({ messages, facts }) => [messages, facts]))
    const lacking = [...tables].flatMap(([path, own]) =>
      own.flatMap(table =>
        Object.keys(table).flatMap(name => (shown.get(table)?.[name]?.length ? [] : [`${path}: ${name}`])),
      ),
    )
    assert.deepEqual(lacking, [])
  })

  it('have a sample for each of their forms', () => assert.deepEqual(unseen, []))

  it('have codes of their own, each room those of one topic', () => {
    const codes = rooms.flatMap(room => [...new Set(room.problems.map(({ code }) => code))])
    assert.deepEqual([...codes].sort(), [...new Set(codes)].sort())
    for (const code of codes) assert.match(code, /^[a-z0-9-]+\.[a-z0-9-]+$/)
    for (const room of rooms) assert.equal(new Set(room.problems.map(topicOf)).size, 1)
  })

  for (const { problems } of rooms) {
    const topic = problems[0] ? topicOf(problems[0]) : ''
    it(`of ${topic} read as they did`, () => {
      const path = join(snapshots, `${topic}.txt`)
      if (process.env.PROMHA_WRITE_MESSAGES) writeFileSync(path, text(problems))
      assert.equal(text(problems), readFileSync(path, 'utf8'))
    })
  }

  it('have no snapshot of a topic that is gone', () => {
    const topics = rooms.flatMap(({ problems }) => problems.slice(0, 1).map(topicOf))
    assert.deepEqual(readdirSync(snapshots).sort(), topics.map(topic => `${topic}.txt`).sort())
  })
})
