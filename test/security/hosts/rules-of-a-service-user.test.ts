/** The user of HAProxy chooses neither a file that root writes nor a rule that root loads. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { useFleet } from '../../e2e/support/fleet.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'

const pair = ['mon-a', 'mon-b'] as const
const victim = '/etc/victim'
const planted = '/run/promha-haproxy/peers.nft'
const rules = 'table inet planted { chain all { type filter hook input priority 0; policy accept; }; }'

describe('rules of a service user', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(draft => {
      const { prometheus } = draft.cells.lab
      const lab = {
        hosts: pair,
        prometheus: { ...prometheus, targets: {}, alertmanagers: [] },
        pushgateway: { active: 'mon-a', passive: 'mon-b', failover: { haproxy: {} } },
      }
      Object.assign(draft, { cells: { lab } })
    })
    converged(await site.run('apply', '--json'))
    await fleet.inside('mon-a', `echo untouched >${victim}; chmod 600 ${victim}`)
  })
  after(async () => {
    await fleet.inside('mon-a', `rm -f ${victim}; nft delete table inet planted 2>/dev/null || :`)
    await site?.remove()
  })

  /** As HAProxy itself would, if it was taken over. */
  const asHaproxy = (line: string) =>
    fleet.inside(
      'mon-a',
      `pid=$(systemctl show -p MainPID --value promha-haproxy)
       nsenter --target "$pid" --mount setpriv --reuid haproxy --regid haproxy --clear-groups sh -c '${line}'`,
    )
  const tables = () => fleet.inside('mon-a', 'nft list tables')
  const chains = () => fleet.inside('mon-a', 'nft list table inet promha_peers')

  it('do not lead root to a file of its own', async () => {
    await asHaproxy(`rm -f ${planted}; ln -s ${victim} ${planted}`)
    for (const action of ['reload', 'restart']) {
      await fleet.inside('mon-a', `systemctl ${action} promha-haproxy`)
      assert.equal(await fleet.inside('mon-a', `cat ${victim}; stat -c %a ${victim}`), 'untouched\n600')
    }
    assert.match(await chains(), /chain haproxy/)
  })

  it('are not loaded, though the rules of its unit are', async () => {
    await asHaproxy(`rm -f ${planted}; echo "${rules}" >${planted}`)
    for (const action of ['reload', 'restart']) {
      await fleet.inside('mon-a', `systemctl ${action} promha-firewall`)
      assert.doesNotMatch(await tables(), /planted/)
      assert.match(await chains(), /chain haproxy/)
    }
  })

  it('lie only where root alone can write', async () => {
    const found = await fleet.inside(
      'mon-a',
      `sed -n 's/^include "\\(.*\\)"$/\\1/p' /etc/promha/firewall.nft`,
    )
    const files = await fleet.inside('mon-a', `stat -c '%U %a' /run ${found} | sort -u`)
    assert.match(files, /^(root [0-7][0-57][0145]+\n?)+$/)
  })
})
