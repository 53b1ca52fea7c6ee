/**
 * Pushgateways and probers on two hosts behind addresses that keepalived moves: what is active is changed last, keeps
 * what it knows, and stays active over a planned change.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { lookOnce } from '../support/look.ts'
import { cursor, holdersOf, moveTo, said } from '../support/network/vips.ts'
import { watchOutages } from '../support/outage.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'
import { assertCollectionCases } from '../support/upstream/collection.ts'

const hosts = ['mon-a', 'mon-b'] as const

describe('Pushgateways and probers', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  const at = (last: number) => fleet.host('mon-a').address.replace(/\d+$/, String(last))
  const pushed = () => `http://${at(100)}:9091/metrics`
  const settings = {
    pushgateway: { active: 'mon-a', passive: 'mon-b', failover: { vip: '' }, flags: {} },
    blackbox: {
      hosts,
      failover: { vip: '' },
      modules: { web: { prober: 'http', timeout: '1s' }, ping: { prober: 'icmp', timeout: '1s' } },
      probes: [] as unknown[],
    },
  }
  const vips = () => [at(100), at(102)]
  const run = (command: string, ...flags: string[]) => site.run(command, ...flags)
  const write = () => site.edit(draft => void Object.assign(draft.cells.lab, settings))

  before(async () => {
    site = await makeSite(fleet)
    settings.pushgateway.failover.vip = `${at(100)}/24`
    settings.blackbox.failover.vip = `${at(102)}/24`
    settings.blackbox.probes = [
      { module: 'web', targets: hosts.map(host => `http://${fleet.host(host).address}:9090/-/ready`) },
      { module: 'ping', targets: [fleet.host('app-01').address] },
    ]
    await write()
    converged(await run('apply', '--json'))
  })
  after(() => site?.remove())

  const checkOf = ({ checks = [] }: Pick<Document, 'checks'>, id: string) => {
    const found = checks.find(check => check.id === id) ?? assert.fail(`no ${id}`)
    return `${found.status} ${found.detail}`
  }

  async function push(metrics: string, value: number): Promise<void> {
    const body = `batch_done ${value}\n`
    const { status } = await fetch(`${metrics}/job/batch`, { method: 'POST', body })
    assert.equal(status, 200)
  }

  /** What was pushed last, as whoever answers there knows it. */
  async function valueAt(metrics: string): Promise<string | undefined> {
    const text = await (await fetch(metrics, { signal: AbortSignal.timeout(2000) })).text()
    return /^batch_done\{.*job="batch".*\} (\d+)$/m.exec(text)?.[1]
  }

  async function started(host: string): Promise<string> {
    const answer = await fetch(`http://${fleet.host(host).address}:9091/api/v1/status`)
    const { data } = (await answer.json()) as { data: { start_time: string } }
    return data.start_time
  }

  it('stand on hosts on which the test cases of the Ansible collection pass', async () => {
    await assertCollectionCases(fleet, 'mon-a')
  })

  it('are proven, and a second apply changes nothing', async () => {
    const document = converged(await run('apply', '--json'))
    assert.equal(document.changed, 0)
    assert.match(checkOf(document, 'pushgateway.one_active'), /^pass mon-a is active, /)
    assert.equal(
      checkOf(document, 'blackbox.probes'),
      'pass 3 probes on a and b, all succeed; 2 probers well',
    )
    assert.equal(checkOf(document, 'exporter.up').slice(0, 4), 'pass')
    assert.deepEqual(await active(), ['mon-a pushgateway', 'mon-a blackbox_exporter'])
  })

  /** As `promha status` says. */
  async function active(): Promise<readonly string[]> {
    const { status = [] } = converged(await run('status', '--json'))
    return status.filter(({ note }) => note === 'active').map(({ host, component }) => `${host} ${component}`)
  }

  it('stay with whoever has taken over, which is no drift', async () => {
    await moveTo(fleet, 'mon-b', hosts, vips())
    const verified = converged(await run('verify', '--json'))
    assert.match(checkOf(verified, 'pushgateway.one_active'), /^pass mon-b is active, /)
    assert.deepEqual(await active(), ['mon-b pushgateway', 'mon-b blackbox_exporter'])
    assert.equal((await run('drift')).code, 0)
    assert.equal(converged(await run('apply', '--json')).changed, 0)
    for (const vip of vips()) assert.deepEqual(await holdersOf(fleet, vip, hosts), ['mon-b'])
  })

  it('are changed one by one, the active one last, which stays so, and nothing that was pushed is lost', async () => {
    await push(pushed(), 42)
    const moves = await fleet.onAll(cursor, hosts)
    const watch = watchOutages([`http://${at(100)}:9091/-/ready`])
    settings.pushgateway.flags = { 'log.level': 'debug' }
    await write()
    converged(await run('apply', '--json'))
    const [outages = []] = await watch.stop()
    const [a, b] = [await started('mon-a'), await started('mon-b')]
    assert.ok(Date.parse(a) < Date.parse(b), `${a} and ${b}`)
    assert.equal(await valueAt(pushed()), '42')
    for (const vip of vips()) assert.deepEqual(await holdersOf(fleet, vip, hosts), ['mon-b'])
    // Not there and back again either: who had it for a moment would have been pushed to.
    for (const [index, host] of hosts.entries())
      assert.equal(await said(fleet, host, moves[index] ?? '', 'Entering MASTER STATE'), 0)
    for (const { from, to } of outages) assert.ok(to - from < 2000, `out for ${to - from} ms`)
  })

  it('keep what was pushed over a restart, and over a crash what is older than the interval', async () => {
    const own = `http://${fleet.host('mon-a').address}:9091/metrics`
    await push(own, 1)
    await fleet.inside('mon-a', 'systemctl restart pushgateway')
    await until('Pushgateway of mon-a to answer', 10_000, () =>
      valueAt(own).then(
        v => v === '1',
        () => false,
      ),
    )
    await push(own, 2)
    const file = '/var/lib/pushgateway/metrics'
    const written = await fleet.inside('mon-a', `stat -c %.9Y ${file}`)
    await until('it to be written down', 15_000, async () => {
      return (await fleet.inside('mon-a', `stat -c %.9Y ${file}`)) !== written
    })
    await fleet.inside('mon-a', 'systemctl kill --signal=KILL pushgateway')
    await until('it to be back with what it knew', 20_000, () =>
      valueAt(own).then(
        v => v === '2',
        () => false,
      ),
    )
  })

  it('are not both taken away', async () => {
    await fleet.inside('mon-a', 'systemctl stop pushgateway')
    const split = await lookOnce(site.inventory)
    assert.match(checkOf({ checks: split }, 'pushgateway.one_active'), /^fail pushgateway on mon-a: /)
    settings.pushgateway.flags = { 'log.level': 'info' }
    await write()
    const { code, stderr } = await run('apply', '-l', 'mon-b')
    assert.equal(code, 1)
    assert.match(stderr, /pushgateway would be restarted, and no other Pushgateway of cell lab serves now/)
    converged(await run('apply', '--json'))
    assert.ok(Date.parse(await started('mon-a')) < Date.parse(await started('mon-b')))
  })

  it('load new modules without a restart, and none that the prober refuses', async () => {
    const [web] = [settings.blackbox.modules.web]
    settings.blackbox.modules.web = { prober: 'http', timeout: '1s', wrong: 1 } as typeof web
    await write()
    const refused = await run('apply')
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /inventory\.yml:\d+:\d+\n.*\n.*\n +field wrong not found/)
    settings.blackbox.modules.web = { prober: 'http', timeout: '2s' }
    await write()
    const pid = () => fleet.onAll('systemctl show -p MainPID --value blackbox_exporter', hosts)
    const before = await pid()
    const { hosts: told = {} } = converged(await run('apply', '--json'))
    assert.deepEqual(await pid(), before)
    for (const host of hosts) {
      const actions = told[host]?.changes.map(({ action }) => action)
      assert.deepEqual(actions, ['update', 'reload'])
      const config = await fetch(`http://${fleet.host(host).address}:9115/config`)
      assert.match(await config.text(), /timeout: 2s/)
    }
  })

  it('are not proven by what was probed before the change', async () => {
    const { ping } = settings.blackbox.modules
    settings.blackbox.modules.ping = { ...ping, prober: 'icpm' }
    await write()
    const { code, document } = await run('apply', '--json')
    assert.equal(code, 4)
    const target = fleet.host('app-01').address
    assert.match(
      checkOf(document(), 'blackbox.probes'),
      new RegExp(`^fail no outcome of \\S+ ${target} on a \\(server returned HTTP status 400`),
    )
    settings.blackbox.modules.ping = ping
    await write()
    converged(await run('apply', '--json'))
  })

  it('go with the inventory, and leave what was pushed', async () => {
    await site.edit(draft => {
      for (const key of Object.keys(settings)) delete (draft.cells.lab as Record<string, unknown>)[key]
    })
    converged(await run('apply', '--json'))
    for (const host of hosts) {
      const left = await fleet.inside(
        host,
        'ls -d /etc/blackbox_exporter.yml /etc/blackbox_exporter /usr/local/bin/pushgateway /usr/local/bin/blackbox_exporter 2>/dev/null || :; ls /var/lib/pushgateway; systemctl is-active pushgateway blackbox_exporter || :',
      )
      assert.deepEqual(left.trim().split('\n'), ['metrics', 'inactive', 'inactive'])
    }
    for (const vip of vips()) assert.deepEqual(await holdersOf(fleet, vip, hosts), [])
  })
})
