/** What earlier runs left in the middle: what the host says of it, and what becomes of it on a host. */
import assert from 'node:assert/strict'
import { recoverInterrupted } from '../../../src/engine/rollout/recover.ts'
import { confirmScript } from '../../../src/shell/record/confirm.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../../shell/support/host.ts'
import {
  change,
  changeProgram,
  confirm,
  confirmOf,
  etc,
  mark,
  newEtc,
  oldEtc,
  prepare,
  request,
  staged,
} from '../../shell/support/sample-change.ts'
import { fakeConnection, type Reply, timeOut } from '../../support/fake-connection.ts'

interface Answered {
  readonly recover: Reply
  readonly says: readonly RegExp[]
  readonly details?: RegExp
}

const answers: Readonly<Record<string, Answered>> = {
  'has nothing to tell if all is settled': {
    recover: ['back', 'restored\n6', 'end', 'settled', 'end'],
    says: [],
  },
  'names each change that cannot be undone, with what the host says': {
    recover: ['back', 'failed prometheus\nmv: no', 'failed a_exporter', 'settled', 'end'],
    says: [
      /^the unfinished change of prometheus could not be undone$/,
      /^the unfinished change of a_exporter could not be undone$/,
    ],
    details: /^mv: no$/,
  },
  'touches nothing without the lock': {
    recover: ['lost', 'end'],
    says: [/^the lock of the host was lost before an unfinished change was undone$/],
  },
  'says so if the host cannot begin': {
    recover: { stderr: 'flock: Permission denied', code: 1 },
    says: [/^the unfinished change of an earlier run could not be undone$/],
    details: /^flock: Permission denied$/,
  },
  'does not take what was cut off for settled': {
    recover: { sections: ['back', 'restored\n6'], cut: true },
    says: [/^the connection ended before an unfinished change was undone$/],
  },
  'does not take silence for settled': {
    recover: timeOut('mon-a'),
    says: [/^a command did not end within 900 s/],
  },
}

describe('the recovery of a host', () => {
  for (const [title, { recover, says, details }] of Object.entries(answers)) {
    it(title, async () => {
      const host = fakeConnection('mon-a', { recover })
      const problems = await recoverInterrupted(host, '2-run')
      const summaries = problems.map(({ summary }) => summary)
      assert.equal(summaries.length, says.length, summaries.join('\n'))
      for (const [index, said] of says.entries()) assert.match(summaries[index] ?? '', said)
      if (details) assert.match(problems[0]?.detail ?? '', details)
      for (const problem of problems) assert.ok(problem.host === 'mon-a' && problem.remedy)
      assert.deepEqual(host.asked(), ['recover'])
    })
  }
})

interface Left {
  /** What the earlier run did, and what became of the host since. */
  readonly left: (host: MiniHost) => unknown
  readonly is: 'old' | 'new' | 'between'
  /** What systemd is told last. */
  readonly tells?: string
  readonly says?: RegExp
}

/** The script as far as the line with these words, which is not run any more. */
const upTo = (script: string, words: string): number => {
  const at = script.split('\n').findIndex(line => line.includes(words))
  assert.ok(at > 0, words)
  return at
}
const changeUntil = (host: MiniHost, words: string) =>
  change(host, request(host), upTo(changeProgram(request(host)).script, words))
const confirmUntil = (host: MiniHost, words: string) => {
  change(host, request(host))
  const wanted = confirmOf(host, request(host))
  confirm(host, wanted, upTo(confirmScript(mark, wanted).render('nonce'), words))
}

const restart = 'restart -- test.service'
const lefts: Readonly<Record<string, Left>> = {
  'is nothing': { left: () => {}, is: 'old' },
  'goes if it was only staged': { left: host => changeUntil(host, ': >touched'), is: 'old' },
  'is undone, and the service told, if that was told': {
    ...{ left: host => change(host, request(host)), is: 'old', tells: restart },
  },
  'is undone without a word to a service that was told nothing': {
    ...{ left: host => changeUntil(host, ': >told'), is: 'old' },
  },
  'is undone after a reboot, and the service told, which runs what lay there': {
    left: host => {
      changeUntil(host, ': >told')
      host.write(host.promha('staging/test/boot'), 'another-boot\n')
    },
    ...{ is: 'old', tells: restart },
  },
  'is undone if it was about to be confirmed': {
    ...{ left: host => confirmUntil(host, 'mv -f record'), is: 'old', tells: restart },
  },
  'stays if it was confirmed': { left: host => confirmUntil(host, 'set +e'), is: 'new' },
  'stays in between if it cannot be undone': {
    left: host => {
      change(host, request(host))
      host.write(host.promha('staging/test/undo'), 'exit 1\n')
    },
    ...{ is: 'between', says: /^the unfinished change of test could not be undone$/ },
  },
  'stays in between if another run has the lock': {
    left: host => {
      change(host, request(host))
      host.lock('3-run')
    },
    ...{ is: 'between', says: /^the lock of the host was lost/ },
  },
}

describe('what an earlier run left', function () {
  this.timeout(60_000)
  before(requireRoot)

  for (const [title, { left, is, tells, says }] of Object.entries(lefts)) {
    it(title, async () => {
      const host = miniHost()
      try {
        prepare(host)
        left(host)
        host.told()
        const connection = fakeConnection('mon-a', ({ script }) => host.run(script))
        const problems = await recoverInterrupted(connection, mark.run)
        assert.equal(problems.length, says ? 1 : 0, JSON.stringify(problems))
        if (says) assert.match(problems[0]?.summary ?? '', says)
        const told = host.told()
        assert.equal(
          told.find(line => /^(re)?(start|load) -- /.test(line)),
          tells,
        )
        if (is === 'between') return assert.ok(staged(host).includes('test'))
        assert.deepEqual(staged(host), [])
        assert.deepEqual(etc(host), is === 'old' ? oldEtc : newEtc)
      } finally {
        host.remove()
      }
    })
  }
})
