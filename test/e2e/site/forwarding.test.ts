/** Hosts whose sshd forbids forwarding: what runs there is asked by a command, or the check says why it cannot. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../support/fleet.ts'
import { makeSite, rules, type Site } from '../support/site.ts'

describe('an sshd that forbids forwarding', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    const { code, stderr } = await site.run('apply')
    assert.equal(code, 0, stderr)
    await until('the stack to be proven', 30_000, async () => (await site.run('verify')).code === 0)
    await fleet.inside(
      'mon-b',
      "printf 'AllowTcpForwarding no\\nAllowStreamLocalForwarding no\\n' >/etc/ssh/sshd_config.d/00-forwarding.conf; systemctl restart ssh",
    )
  })
  after(async () => {
    await fleet.inside('mon-b', 'rm /etc/ssh/sshd_config.d/00-forwarding.conf; systemctl restart ssh')
    await site?.remove()
  })

  it('is proven by a command on the host', async () => {
    const { code, stdout, document } = await site.run('verify', '--json')
    assert.equal(code, 0, stdout)
    for (const check of document().checks ?? [])
      assert.equal(check.status, 'pass', `${check.id}: ${check.detail}`)
  })

  it('gates changes all the same', async () => {
    await site.put('rules/shop.yml', rules('vector(11)'))
    const { code, stdout } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout)
    const shown = await site.run('status', '--json')
    assert.ok(shown.document().status?.every(row => row.health === 'ready'))
  })

  it('is skipped with the reason where the host has no program to ask with', async () => {
    await fleet.inside('mon-b', 'usermod -s /bin/sh ops; mv /usr/bin/bash /usr/bin/no-bash')
    try {
      const { code, stdout, document } = await site.run('verify', '--json')
      assert.equal(code, 0, stdout)
      const { checks = [] } = document()
      const ready = checks.find(
        check => check.id === 'prometheus.ready' && check.target === 'mon-b/prometheus',
      )
      assert.equal(ready?.status, 'skip')
      assert.match(ready?.detail ?? '', /forbids forwarding.*curl.*wget.*bash/)
      assert.ok(checks.some(check => check.target === 'mon-a/prometheus' && check.status === 'pass'))
      assert.ok(
        checks.every(check => check.status !== 'fail'),
        stdout,
      )
    } finally {
      await fleet.inside('mon-b', 'mv /usr/bin/no-bash /usr/bin/bash; usermod -s /bin/bash ops')
    }
  })
})
