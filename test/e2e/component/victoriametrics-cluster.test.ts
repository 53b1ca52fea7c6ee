/** A VictoriaMetrics cluster with stand-ins for its programs: order, gates, ways to write and to read. It proves nothing of the programs. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../support/fleet.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'
import { type ClusterReleases, serveCluster } from '../support/victoriametrics-cluster.ts'

const storages = ['app-01', 'app-02', 'mon-b']
const others = ['app-01', 'app-02']
type Flags = Record<string, unknown>

describe('a VictoriaMetrics cluster of stand-ins', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site
  let releases: ClusterReleases

  const pidsOf = (program: string) =>
    fleet.onAll(`systemctl show -p MainPID --value ${program}`, program === 'vmstorage' ? storages : others)
  const setFlags = (flags: Flags) =>
    site.edit(({ cells: { lab } }) => {
      const { storage } = lab as unknown as { storage: { victoriametrics: { cluster: { storage: Flags } } } }
      Object.assign(storage.victoriametrics.cluster.storage, { flags })
    })

  before(async () => {
    releases = await serveCluster('1.151.0')
    site = await makeSite(fleet)
    await site.edit(({ artifacts, cells: { lab } }) => {
      artifacts.components = { victoriametrics_cluster: { from: releases.url } }
      const cluster = { storage: { hosts: storages }, insert: others, select: others, replication: 2 }
      const read = { vip: `${fleet.host('mon-a').address.replace(/\d+$/, '114')}/24` }
      Object.assign(lab, { storage: { victoriametrics: { cluster, retention: '30d', read } } })
      lab.exporters.node.hosts = ['mon-*']
      lab.prometheus.targets = {}
    })
  })
  after(async () => {
    await site?.run('destroy', '--yes', '--purge-data')
    await site?.remove()
    releases?.close()
  })

  it('is set up, written to through the HAProxy of each replica’s host, and read at its address', async () => {
    const document = converged(await site.run('apply', '--json'))
    const store = (document.checks ?? []).filter(({ id }) => /^(storage|remote_write)\./.test(id))
    assert.deepEqual(
      store.filter(({ status }) => status !== 'pass').map(one => `${one.id} ${one.target} ${one.detail}`),
      [],
    )
    assert.equal(store.filter(({ id }) => id === 'storage.ready').length, 7)
    const address = fleet.host('mon-a').address.replace(/\d+$/, '114')
    await until('the cluster to be read at its address', 30_000, async () => {
      const url = `http://${address}:8427/select/0/prometheus/api/v1/query?query=1`
      return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
        ({ status }) => status === 200,
        () => false,
      )
    })
    const second = converged(await site.run('apply', '--json'))
    assert.equal(second.changed, 0)
  })

  it('has a vmstorage that does not start undone, and the others left alone', async () => {
    const before = await pidsOf('vmstorage')
    await setFlags({ unknown: true })
    const { code, stdout } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout)
    const now = await pidsOf('vmstorage')
    // One was started twice: with the flag, and again without it.
    assert.equal(now.filter((pid, at) => pid !== before[at]).length, 1, `${before} ${now}`)
    await setFlags({})
    const { changed } = converged(await site.run('apply', '--json'))
    assert.equal(changed, 0)
  })

  it('keeps a second vmstorage running while one is away', async () => {
    await fleet.inside('app-01', 'systemctl stop vmstorage')
    await setFlags({ any: 'flag' })
    const before = await pidsOf('vmstorage')
    const { code, document } = await site.run('apply', '--json', '--limit', 'app-02')
    assert.equal(code, 1)
    assert.match(
      document().errors?.[0]?.summary ?? '',
      /^vmstorage would be restarted, and 1 other vmstorage of cell lab would serve then, of 2 that are needed$/,
    )
    assert.deepEqual(await pidsOf('vmstorage'), before)
    converged(await site.run('apply', '--json'))
  })
})
