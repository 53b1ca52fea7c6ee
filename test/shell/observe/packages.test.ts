/** What is asked of a host's packages, and what its answers mean. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { packageQuestion, parsePackageFacts } from '../../../src/shell/observe/packages.ts'
import { installBroughtScript, installScript } from '../../../src/shell/package/install.ts'
import { parseRemoval, removalScript } from '../../../src/shell/package/removal.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

const lines = (...found: readonly string[]) => `motd\n${found.map(line => `${line}\n`).join('')}`

describe('packages on a host', () => {
  it('are asked about in one go, and dpkg answers', () => {
    assert.equal(
      spawnSync('dpkg-query', ['--version']).error,
      undefined,
      'dpkg-query is missing on this machine',
    )
    const { stdout } = spawnSync('sh', ['-c', packageQuestion(['dpkg', 'no-such-package'])], {
      encoding: 'utf8',
    })
    const seen = parsePackageFacts(stdout.split('\n'))
    assert.equal(seen.manager, 'apt')
    assert.deepEqual([...seen.installed.keys()], ['dpkg'])
  })

  it('that are only half there are not there', () => {
    const seen = parsePackageFacts([
      'manager apt',
      'half-configured a 1',
      'config-files b 1',
      'installed c 2:1',
      'installed d 1',
      'ours a',
      'unfinished d',
    ])
    assert.deepEqual([...seen.installed], [['c', '2:1']])
    assert.deepEqual([...seen.ours], ['a'])
  })

  it('are changed by scripts that every POSIX shell reads', () => {
    const names = ["it's", 'b']
    const scripts = (['apt', 'dnf'] as const).flatMap(manager => [
      installScript({ manager, names, run: 'r' }).render('n'),
      removalScript({ leaving: [{ component: 'x', name: "it's" }], wanted: ['b'], run: 'r' }).render('n'),
      removalScript({ leaving: [], wanted: [], run: 'r' }).render('n'),
      installBroughtScript({ manager, names, run: 'r' }, [
        { name: 'b', version: '1:2~3', file: 'b_1_all.deb' },
      ]).render('n'),
    ])
    for (const script of scripts) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })
      assert.equal(status, 0, stderr)
    }
  })

  it('say what became of an installation', () => {
    const answer = (...found: readonly string[]) =>
      answerOf(installScript({ manager: 'apt', names: [], run: 'r' }), 'n', lines(...found))
    assert.equal(answer('n installed'), undefined, 'cut short')
    assert.deepEqual(answer('n installed', 'n end'), { state: 'installed' })
    assert.deepEqual(answer('n lost', 'n end'), { state: 'lost' })
    assert.deepEqual(answer('n failed', 'E: dpkg was interrupted', 'n end'), {
      ...{ state: 'failed', why: 'E: dpkg was interrupted' },
    })
    assert.deepEqual(answer('n unreached', 'E: no', 'n end'), { state: 'unreached', why: 'E: no' })
    const have = ['n system', 'debian', 'bookworm', 'amd64', 'n have', 'libc6\t2.36\tlibc6-2.36', 'x\t1\t']
    assert.deepEqual(answer('n unreached', 'E: no', ...have, 'n end'), {
      ...{ state: 'unreached', why: 'E: no' },
      system: {
        ...{ id: 'debian', release: 'bookworm', arch: 'amd64' },
        installed: [
          { name: 'libc6', version: '2.36', provides: 'libc6-2.36' },
          { name: 'x', version: '1', provides: '' },
        ],
      },
    })
  })

  it('say what became of a removal', () => {
    const seen = answerOf(
      { parse: parseRemoval },
      'n',
      lines('n unremoved a', 'E: locked', 'n kept b', 'c', 'n end'),
    )
    assert.deepEqual(seen, {
      ...{ lost: false, failed: new Map([['a', 'E: locked']]), kept: new Map([['b', ['c']]]) },
    })
    assert.equal(answerOf({ parse: parseRemoval }, 'n', lines('n kept b')), undefined)
  })
})
