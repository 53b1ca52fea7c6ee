import assert from 'node:assert/strict'
import { wayProblems } from '../../../src/engine/preflight/ways.ts'
import type { Preflight } from '../../../src/shell/observe/preflight.ts'
import type { Barred, WalkedWay } from '../../../src/shell/syntax/way.ts'

const way: WalkedWay = {
  service: 'prometheus',
  directories: [{ path: '/home/ops/data', owner: 'prometheus', known: false, holds: ['wal'] }],
  entered: [],
  purged: [],
}
const barred = (fault: Barred['fault'], at: string, who: string, path = '/home/ops/data'): Barred => ({
  ...{ way, path, fault, at, who },
})
const problems = (...found: readonly Barred[]) =>
  wayProblems('mon-a', { barred: found } as unknown as Preflight)

describe('a way that is barred', () => {
  it('is told once for each directory that is in the way, with all that lies below it', () => {
    const told = problems(
      barred('other', '/home/ops', 'ops'),
      barred('other', '/home/ops', 'ops', '/home/ops/rules'),
      barred('open', '/srv', 'everybody', '/srv/x'),
    )
    assert.deepEqual(
      told.map(({ summary }) => summary),
      [
        '/home/ops belongs to ops, so nothing is changed below it',
        'everybody may write to /srv, so nothing is changed below it',
      ],
    )
    assert.match(told[0]?.detail ?? '', /^Below it: \/home\/ops\/data, \/home\/ops\/rules\. /)
  })

  it('has a remedy that can be typed, and names another data directory only where it is one', () => {
    const remedy = (one: Barred) => problems(one)[0]?.remedy
    assert.equal(
      remedy(barred('other', '/home/ops', 'ops')),
      'Set another `data_dir:`, such as /var/lib/prometheus.',
    )
    const data: WalkedWay = { ...way, directories: [{ ...way.directories[0], path: '/srv/data' } as never] }
    assert.equal(
      remedy({ ...barred('other', '/srv', 'ops', '/srv/data'), way: data }),
      'Set another `data_dir:`, such as /var/lib/prometheus, or run `chown root /srv` on mon-a.',
    )
    assert.equal(remedy(barred('other', '/opt', 'ops', '/opt/x')), 'Run `chown root /opt` on mon-a.')
    // The home of a user stays the user's.
    for (const home of ['/home', '/home/ops', '/root/x'])
      assert.doesNotMatch(remedy(barred('other', home, 'ops', `${home}/x`)) ?? '', /chown/)
    assert.equal(
      remedy(barred('open', '/usr/local/bin', 'group staff', '/usr/local/bin')),
      'Run `chmod g-w /usr/local/bin` on mon-a.',
    )
    assert.equal(
      remedy(barred('link', '/x', 'prometheus', '/x')),
      'Check on mon-a where it leads (`ls -l /x`). If you trust it, run `chown -h root /x`.',
    )
    for (const fault of ['leaf', 'foreign', 'kind', 'moved'] as const) {
      const [problem] = problems(barred(fault, '/home/ops/data', 'ops'))
      assert.ok(problem?.remedy && problem.summary.startsWith('/home/ops/data '), problem?.summary)
      assert.equal(problem.host, 'mon-a')
    }
  })
})
