/** One host that cannot be worked on: it is named with its reason, it stays as it was, and the others go on. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { execa } from 'execa'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { address } from '../../../src/lab/host/addresses.ts'
import { readState } from '../../../src/lab/state.ts'
import { killHost, startHost } from '../support/faults.ts'
import { useFleet } from '../support/fleet.ts'
import { assertServing, snapshot, untilValue } from '../support/observe.ts'
import { type Draft, makeSite, type Site } from '../support/site.ts'

describe('a host that cannot be worked on', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site
  let untouched: Record<string, string>
  let count = 0

  before(async () => {
    site = await makeSite(fleet)
    const { code, stderr } = await site.run('apply')
    assert.equal(code, 0, stderr)
  })
  after(() => site?.remove())

  beforeEach(async () => {
    untouched = await snapshot(fleet)
  })
  afterEach(async () => {
    await assertServing(fleet)
  })

  /** Applies a change of both replicas' targets, which are to get it whatever becomes of `victim`. */
  async function applyDespite(victim: string, status: 'unreachable' | 'failed', summary: RegExp) {
    count += 1
    await site.edit(({ cells }) => {
      cells.lab.prometheus.targets.shop = [
        { targets: [`${fleet.host('app-01').address}:9100`], labels: { turn: `${count}` } },
      ]
    })
    const { code, stdout, stderr, document } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout + stderr)
    const { hosts = {}, errors = [], result } = document()
    assert.equal(result, 'failed')
    assert.equal(hosts[victim]?.status, status, stdout)
    assert.match(hosts[victim]?.error ?? '', summary)
    assert.deepEqual(hosts[victim]?.changes, [])
    const named = errors.filter(error => error.host !== undefined)
    assert.deepEqual([...new Set(named.map(error => error.host))], [victim])
    assert.ok(named.every(error => error.remedy))
    for (const host of ['mon-a', 'mon-b']) {
      assert.equal(hosts[host]?.status, 'changed')
      await untilValue(fleet, host, `count(up{job="shop",turn="${count}"})`, '1')
    }
    return document()
  }

  const sshOf = (host: string, ssh: Record<string, unknown> | undefined) =>
    site.edit(({ hosts }: Draft) => {
      const entry = hosts[host]
      if (entry === undefined) return
      if (ssh === undefined) delete entry.ssh
      else entry.ssh = ssh
    })

  async function assertUntouched(host: string): Promise<void> {
    assert.equal((await snapshot(fleet, [host]))[host], untouched[host])
  }

  async function assertMended(): Promise<void> {
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
  }

  it('has an address where nobody is', async () => {
    const index = (await readState(fleet.lab().name))?.index ?? assert.fail()
    await site.edit(({ hosts }) => {
      hosts['app-03'] = { address: address(index, 99) }
    })
    await applyDespite('app-03', 'unreachable', /./)
    const shown = await site.run('status', '--json')
    assert.equal(shown.code, 3)
    const row = shown.document().status?.find(({ host }) => host === 'app-03')
    assert.equal(row?.health, 'unreachable')
    assert.ok(row?.note)
    await site.edit(({ hosts }) => {
      delete hosts['app-03']
    })
    await assertMended()
  })

  it('is switched off', async () => {
    const which = { name: fleet.lab().name, host: 'app-01' }
    await killHost(which)
    try {
      const { checks = [] } = await applyDespite('app-01', 'unreachable', /./)
      const told = checks.filter(check => check.status === 'fail').map(check => `${check.id} ${check.target}`)
      assert.ok(told.includes('exporter.up app-01/node_exporter'), told.join())
      const verified = await site.run('verify', '--json')
      assert.equal(verified.code, 3)
    } finally {
      await startHost(which)
    }
    for (const host of ['mon-a', 'mon-b'])
      await untilValue(fleet, host, 'up{job="node",instance="app-01:9100"}', '1')
    await assertMended()
  })

  it('refuses the key', async () => {
    const key = join(site.directory, 'key')
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const known = join(fleet.lab().directory, 'known_hosts')
    await sshOf('app-01', { config: false, user: 'ops', identity: 'key', known_hosts: known })
    await applyDespite('app-01', 'unreachable', /key|authenticat|accept/i)
    await assertUntouched('app-01')
    await sshOf('app-01', undefined)
    await assertMended()
  })

  it('has a key that is not known', async () => {
    await site.put('known_hosts', '')
    await sshOf('app-01', { known_hosts: 'known_hosts' })
    await applyDespite('app-01', 'unreachable', /host key.*not known/i)
    await assertUntouched('app-01')
    await sshOf('app-01', undefined)
    await assertMended()
  })

  it('permits no sudo', async () => {
    await fleet.inside('app-01', 'mv /etc/sudoers.d/ops /root/ops.sudoers')
    try {
      await applyDespite('app-01', 'failed', /sudo/)
      await assertUntouched('app-01')
    } finally {
      await fleet.inside('app-01', 'mv /root/ops.sudoers /etc/sudoers.d/ops')
    }
    await assertMended()
  })

  it('is entered by a user who is not root and may not become root', async () => {
    await sshOf('app-01', { sudo: false })
    await applyDespite('app-01', 'failed', /not root/)
    await assertUntouched('app-01')
    await sshOf('app-01', undefined)
    await assertMended()
  })

  it('has an architecture without programs', async () => {
    await fleet.inside(
      'app-01',
      "printf '#!/bin/sh\\necho riscv64\\n' >/root/uname; chmod 755 /root/uname; mount --bind /root/uname /usr/bin/uname",
    )
    try {
      await applyDespite('app-01', 'failed', /riscv64/)
    } finally {
      await fleet.inside('app-01', 'umount /usr/bin/uname; rm /root/uname')
    }
    await assertUntouched('app-01')
    await assertMended()
  })

  it('does not run systemd', async () => {
    // sshd as the first process of a namespace where nobody has started systemd, as in a container.
    const config = '-p 2222 -o PidFile=none -o UsePAM=no'
    await fleet.inside(
      'app-02',
      `systemd-run -q --unit=container unshare --pid --fork --kill-child --mount-proc --mount sh -c 'mount -t tmpfs none /run/systemd; mkdir -p /run/sshd; exec /usr/sbin/sshd -D ${config}'`,
    )
    try {
      const key = await fleet.inside('app-02', 'cat /etc/ssh/ssh_host_ed25519_key.pub')
      await site.put('known_hosts', `[${fleet.host('app-02').address}]:2222 ${key}\n`)
      await sshOf('app-02', { sudo: false, port: 2222, known_hosts: 'known_hosts' })
      await applyDespite('app-02', 'failed', /systemd/)
    } finally {
      await fleet.inside('app-02', 'systemctl stop container')
      await sshOf('app-02', { sudo: false })
    }
    await assertUntouched('app-02')
    await assertMended()
  })
})
