/** `promha rollback`: back by one run, in the order and with the gates of every change. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { get, pids, restarted, untilValue } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import type { Finished } from '../support/promha.ts'
import { alertmanagerConfig, makeSite, rules, type Site } from '../support/site.ts'

describe('a rollback', function () {
  this.timeout(240_000)
  const fleet = useFleet({ bare: true })
  const pair = ['mon-a', 'mon-b'] as const
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    done(await site.run('apply', '--json'))
  })
  after(() => site?.remove())

  function done({ code, stdout, stderr, document }: Finished): Document {
    assert.equal(code, 0, stdout + stderr)
    return document()
  }

  const answers = async (value: string, hosts: readonly string[] = pair) => {
    for (const host of hosts) await untilValue(fleet, host, 'shop:answer', value)
  }

  const receiver = async (host: string) => {
    const { config } = (await get(fleet, host, 'alertmanager', '/api/v2/status')) as {
      config: { original: string }
    }
    return /receiver: (\w+)/.exec(config.original)?.[1]
  }

  /** Names of the groups of rules that are evaluated. */
  const groups = async (host: string) => {
    const { data } = (await get(fleet, host, 'prometheus', '/api/v1/rules')) as {
      data: { groups: { name: string }[] }
    }
    return [...new Set(data.groups.map(({ name }) => name.replace(/^promha.*/, 'promha')))].sort()
  }

  const services = ({ hosts = {} }: Document) =>
    Object.entries(hosts)
      .flatMap(([host, { changes }]) => changes.map(change => `${host} ${change.action} ${change.resource}`))
      .filter(line => line.includes(' service:'))
      .sort()

  it('is refused where nothing can go back', async () => {
    const before = await pids(fleet)
    const { code, stdout, document } = await site.run('rollback', '--json')
    assert.equal(code, 1, stdout)
    assert.equal(document().result, 'refused')
    assert.match(document().errors?.[0]?.summary ?? '', /nothing to roll back: the last run only created/)
    assert.deepEqual(restarted(before, await pids(fleet)), [])
  })

  it('undoes the last run and no other: by a reload, and by nothing else, where that will do', async () => {
    await site.put('rules/shop.yml', rules('vector(2)'))
    await site.put('rules/more.yml', rules('vector(7)').replaceAll('shop', 'more'))
    await site.edit(({ cells }) => {
      cells.lab.prometheus.flags['query.max-concurrency'] = 21
    })
    done(await site.run('apply', '--json'))
    await site.put('rules/shop.yml', rules('vector(3)'))
    await site.put('alertmanager.yml', alertmanagerConfig('team', 'team'))
    done(await site.run('apply', '--json'))
    await answers('3')

    const before = await pids(fleet)
    const document = done(await site.run('rollback', '--json'))
    assert.equal(document.result, 'changed')
    assert.deepEqual(services(document), [
      'mon-a reload service:alertmanager.service',
      'mon-a reload service:prometheus.service',
      'mon-b reload service:alertmanager.service',
      'mon-b reload service:prometheus.service',
    ])
    assert.deepEqual(restarted(before, await pids(fleet)), [])
    await answers('2')
    for (const host of pair) assert.equal(await receiver(host), 'nobody')
  })

  it('repairs nothing by drift --fix afterwards: what runs is not what the inventory says', async () => {
    const { code, stdout } = await site.run('drift', '--fix', '--json')
    assert.equal(code, 2, stdout)
    await answers('2')
  })

  it('goes one run further back the second time, one replica after the other', async () => {
    const before = await pids(fleet)
    const watch = watchOutages(pair.map(host => `http://${fleet.host(host).address}:9090/-/ready`))
    const document = done(await site.run('rollback', '--json'))
    const [a = [], b = []] = await watch.stop()
    assert.deepEqual(overlap(a, b), [])
    assert.deepEqual(services(document), [
      'mon-a restart service:prometheus.service',
      'mon-b restart service:prometheus.service',
    ])
    assert.deepEqual(restarted(before, await pids(fleet)), ['mon-a prometheus', 'mon-b prometheus'])
    await answers('1')
    for (const host of pair) assert.deepEqual(await groups(host), ['promha', 'shop'])
    assert.equal(
      await fleet.inside(
        'mon-a',
        'ls /etc/prometheus/rules; grep -c max-concurrency /etc/systemd/system/prometheus.service || :',
      ),
      'promha.yml\nshop.yml\n0',
    )
    assert.equal((await site.run('rollback')).code, 1)
  })

  it("is over with the next apply, which brings the inventory's state again", async () => {
    done(await site.run('apply', '--json'))
    await answers('3')
    for (const host of pair) assert.equal(await receiver(host), 'team')
    assert.equal(done(await site.run('apply', '--json')).changed, 0)
  })

  it('concerns the chosen hosts only, and verify then says that the pair differs', async () => {
    await site.put('rules/shop.yml', rules('vector(4)'))
    done(await site.run('apply', '--json'))
    const half = await site.run('rollback', '--json', '-l', 'mon-b')
    const document = done(half)
    assert.match(half.stderr, /prometheus goes back on mon-b and not on mon-a: they may differ/)
    assert.deepEqual(services(document), ['mon-b reload service:prometheus.service'])
    assert.deepEqual(Object.keys(document.hosts ?? {}), ['mon-b'])
    await answers('3', ['mon-b'])
    await answers('4', ['mon-a'])
    const verified = await site.run('verify', '--json')
    assert.equal(verified.code, 4, verified.stdout)
    const failed = verified.document().checks?.filter(({ status }) => status === 'fail')
    assert.ok(failed?.some(({ id }) => id === 'prometheus.config_identical'))
    done(await site.run('apply', '--json'))
    await answers('4')
  })

  it('of what was changed on one host only proves the others by the inventory', async () => {
    await site.put('alertmanager.yml', alertmanagerConfig('other', 'other'))
    const limits = ['-l', 'mon-b', '--only', 'alertmanager']
    assert.notEqual((await site.run('apply', '--json', ...limits)).document().changed, 0)
    const document = done(await site.run('rollback', '--json'))
    assert.deepEqual(services(document), ['mon-b reload service:alertmanager.service'])
    assert.ok(document.checks?.every(({ status }) => status !== 'fail'))
  })

  it('leaves no more than three generations, and none of their contents twice', async () => {
    const listing = await fleet.inside(
      'mon-a',
      'cd /var/lib/promha; ls generations/prometheus | wc -l; ls staging | wc -l; ls store | sort | uniq -d; stat -c %a store',
    )
    assert.deepEqual(listing.split('\n'), ['3', '0', '700'])
  })
})
