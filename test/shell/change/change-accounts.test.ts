/** Users and groups that a change meets, makes and takes away again, with a copy of /etc in the place of the host's. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../support/host.ts'
import {
  change,
  confirm,
  confirmOf,
  directory,
  newStamp,
  prepare,
  request,
  undo,
} from '../support/sample-change.ts'

const name = 'promha-test-user'

describe('the accounts of a host', function () {
  this.timeout(60_000)
  let host: MiniHost
  before(requireRoot)
  beforeEach(() => {
    host = miniHost({ accounts: '/etc' })
    mkdirSync(join(host.root, 'accounts/systemd/system'), { recursive: true })
    for (const file of ['passwd', 'group', 'shadow', 'gshadow', 'nsswitch.conf', 'login.defs'])
      execFileSync('cp', ['-a', `/etc/${file}`, join(host.root, 'accounts')])
    prepare(host)
  })
  afterEach(() => host.remove())

  const wanted = ({ existed }: { readonly existed: boolean }): ChangeRequest => {
    const made = { ...directory(join(host.root, 'etc/made'), 0o750, false), group: name }
    const user = { kind: 'user', name, home: '/var/lib/x', existed, groupless: existed } as const
    const { staged } = request(host)
    return { ...request(host), staged: [{ ...user, resource: `user:${name}` }, made, ...staged.slice(1)] }
  }
  const ask = (question: string) => host.run(`${question} | cut -d : -f 1,4-7`).stdout.trim()
  const passwd = () => ask(`getent passwd ${name}`)
  const group = () => host.run(`getent group ${name} | cut -d : -f 1`).stdout.trim()

  it('a user without a group of its name gets one, and keeps shell, home and primary group', () => {
    host.run(`useradd -g users -d /home/somewhere -s /bin/bash ${name}`)
    const before = passwd()
    assert.match(before, /:100:.*\/home\/somewhere:\/bin\/bash$/)
    const said = change(host, wanted({ existed: true }))
    assert.equal(said.code, 0, said.stderr)
    assert.deepEqual([passwd(), group()], [before, name])
    assert.equal(host.run(`stat -c %G ${host.root}/etc/made`).stdout.trim(), name)
    undo(host, wanted({ existed: true }))
    assert.deepEqual([passwd(), group()], [before, ''])
  })

  it('a user who is not there is made with its group, or with the one that is there', () => {
    assert.equal(change(host, wanted({ existed: false })).code, 0)
    assert.match(passwd(), /nologin$/)
    assert.equal(group(), name)
    undo(host, wanted({ existed: false }))
    assert.deepEqual([passwd(), group()], ['', ''])
    host.run(`groupadd -g 4242 ${name}`)
    prepare(host)
    assert.equal(change(host, wanted({ existed: false })).code, 0)
    assert.match(passwd(), new RegExp(`^${name}:4242:`))
  })

  it('a group that promha made leaves with the rest', () => {
    host.run(`useradd -g users ${name}; groupadd --system ${name}`)
    const leaving = { purged: [], users: [], groups: [name], forgets: true }
    const gone = { ...request(host), leaving }
    assert.equal(change(host, gone).code, 0)
    confirm(host, confirmOf(host, gone, newStamp))
    assert.equal(group(), '')
    assert.notEqual(passwd(), '')
  })

  it('a user and a group of several components leave with the last one', () => {
    host.run(`useradd -g users ${name}; groupadd --system ${name}`)
    const leaving = { purged: [], users: [name], groups: [name], forgets: true }
    const leave = () => {
      const gone = { ...request(host), leaving }
      assert.equal(change(host, gone).code, 0)
      confirm(host, confirmOf(host, gone, newStamp))
    }
    host.write(host.promha('state/other'), `first line\nmade user ${name}\nmade group ${name}\n`)
    leave()
    assert.deepEqual([passwd() === '', group() === ''], [false, false])
    prepare(host)
    rmSync(host.promha('state/other'))
    leave()
    assert.deepEqual([passwd(), group()], ['', ''])
  })
})
