import assert from 'node:assert/strict'
import { complete } from '../../../../roles/storage/checks/complete.ts'
import { shorterHistory } from '../../../../roles/storage/checks/history.ts'
import type { Reply } from '../../../../src/verify/answer/view.ts'
import { programQuestion, type Question } from '../../../../src/verify/ask/question.ts'
import { ages, feeding, members, now, up, whole } from './fed.ts'

const hour = 3_600_000
const begun = (hours: number | undefined) => (hours === undefined ? undefined : now - hours * hour)
const of = (...hours: readonly (number | undefined)[]) =>
  shorterHistory(
    hours.map((one, index) => ({ host: `vm-${index + 1}`, begins: begun(one) })),
    now,
  )

describe('how far back members go', () => {
  it('is alike where they begin within what replicas send again', () => {
    assert.equal(of(2000, 1997.5), undefined)
    assert.equal(of(1, undefined), undefined)
    assert.equal(of(2000), undefined)
    assert.equal(of(), undefined)
  })

  it('says which member begins when, and what to copy from where', () => {
    const shorter = of(20, 2000) ?? assert.fail()
    assert.equal(
      shorter.detail,
      'vm-1 has no sample before 2026-11-29 16:00 UTC, and vm-2 has samples from 2026-09-08 04:00 UTC on',
    )
    assert.match(
      shorter.remedy,
      /^Copy the older samples from vm-2 to vm-1, as "Replace a node" of docs\/stores\.md/,
    )
    assert.match(
      of(2000, 1990, undefined)?.detail ?? '',
      /^vm-2 has no .*, vm-3 has no sample yet, and vm-1 /,
    )
  })
})

describe('storage.complete of members that say when they begin', () => {
  /** The check, where `begins` of a member may be silent. */
  const verdict = (begins: Readonly<Record<string, number | 'silent' | undefined>>, held = whole) => {
    const asked = members.map(one => {
      const { program } = one.held as typeof one.held & { program: Parameters<typeof programQuestion>[0] }
      return { ...one, begins: programQuestion(program, { path: '/begins', read: Number }) }
    })
    const check = complete(asked, feeding)
    assert.equal(check.needs.length, 6)
    const found = check.judge(<A>(question: Question<A>): Reply<A> => {
      if (question.kind !== 'http') throw new TypeError('hosts are not asked')
      const begin = begins[question.program.host]
      if (question.path === '/begins' && begin === 'silent') return { kind: 'silent', why: 'it is silent' }
      const answers: Readonly<Record<string, unknown>> = { '/now': now, '/held': held, '/begins': begin }
      return { kind: 'answer', answer: answers[question.path] as A }
    })
    return { ...found, said: `${found.status} ${found.detail}` }
  }

  it('warns of a member that was replaced, beside the largest step', () => {
    const { said, remedy } = verdict({ 'vm-a': begun(2000), 'vm-b': begun(4) })
    assert.equal(
      said,
      'warn largest step 15.0 s; vm-b has no sample before 2026-11-30 08:00 UTC, and vm-a has samples from 2026-09-08 04:00 UTC on',
    )
    assert.match(remedy ?? '', /^Copy the older samples from vm-a to vm-b/)
  })

  it('passes where both begin together, or one does not say when', () => {
    assert.equal(verdict({ 'vm-a': begun(2000), 'vm-b': begun(1999) }).said, 'pass largest step 15.0 s')
    assert.equal(verdict({ 'vm-a': begun(2000), 'vm-b': 'silent' }).said, 'pass largest step 15.0 s')
  })

  it('fails for a hole all the same', () => {
    const held = ['a', 'b'].map(name =>
      up(
        name,
        ages(1805, 5).filter(age => age > 530 || age < 500),
      ),
    )
    assert.match(verdict({ 'vm-a': begun(2000), 'vm-b': begun(4) }, held).said, /^fail no member has /)
  })
})
