/** A pair that feeds two members of a store, and what these hold; times are in seconds before their clock. */
import type { AskedMember, Feeding, Held } from '../../../../roles/storage/checks/held.ts'
import type { CheckDefinition, Reply } from '../../../../src/verify/answer/view.ts'
import { programQuestion, type Question } from '../../../../src/verify/ask/question.ts'

export const now = Date.UTC(2026, 10, 30, 12, 0, 0)
const interval = 15_000
export const feeding: Feeding = {
  cell: 'lab',
  replicaLabel: 'prometheus_replica',
  interval,
  replicas: ['a', 'b'].map(name => ({ name, host: `mon-${name}`, instance: `mon-${name}:9090` })),
}

export const members: readonly AskedMember[] = ['vm-a', 'vm-b'].map(host => {
  const program = {
    ...{ host, component: 'victoriametrics', instance: `${host}:8428` },
    local: { address: '127.0.0.1', port: 8428 },
  }
  return {
    host,
    target: `${host}/victoriametrics`,
    held: programQuestion(program, { path: '/held', read: JSON.parse }),
    now: programQuestion(program, { path: '/now', read: Number }),
  }
})

/** Ages in seconds, oldest first. */
export const ages = (from: number, to: number, step = 15) =>
  Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step)

export const series = (labels: Record<string, string>, of: readonly number[]): Held => ({
  labels,
  at: of.map(age => now - age * 1000),
})
export const up = (replica: string, of: readonly number[], rest = {}) =>
  series({ __name__: 'up', job: 'prometheus', instance: `mon-${replica}:9090`, cell: 'lab', ...rest }, of)
export const mark = (replica: string, of: readonly number[]) =>
  series({ __name__: 'promha_writer', cell: 'lab', writer: replica }, of)

/** What a member holds where all is well. */
export const whole = [
  up('a', ages(1805, 5)),
  up('b', ages(1808, 8)),
  mark('a', ages(1800, 5, 5)),
  mark('b', ages(1800, 5, 5)),
]

/** The check as these members answer it; one that is not named is silent. */
export function verdict(check: CheckDefinition, held: Readonly<Record<string, readonly Held[]>>) {
  const found = check.judge(<A>(question: Question<A>): Reply<A> => {
    if (question.kind !== 'http') throw new TypeError('hosts are not asked')
    const { host } = question.program
    if (held[host] === undefined) return { kind: 'silent', why: 'it is silent' }
    return { kind: 'answer', answer: (question.path === '/now' ? now : held[host]) as A }
  })
  return { ...found, said: `${found.status} ${found.detail}` }
}
