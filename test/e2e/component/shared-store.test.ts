/** A store that another cell writes to: the order of cells, its address that moves, and a node that another tool set up. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../support/fleet.ts'
import { holdersOf } from '../support/network/vips.ts'
import { mainPid } from '../support/observe.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const nodes = ['app-01', 'app-02']
const pair = ['mon-a', 'mon-b']
const running = 'systemctl show -p MainPID victoriametrics'
const old = '/var/lib/victoria-old'

/** As an administrator may have set it up: the data elsewhere, kept for a year. It scrapes itself, which its data shows. */
const foreign = `
useradd --system --user-group --no-create-home --home-dir /var/lib/victoriametrics --shell /usr/sbin/nologin victoriametrics
install -d -o victoriametrics -g victoriametrics ${old}
install -m 0755 /root/kept-victoria /usr/local/bin/victoria-metrics
cat >/etc/systemd/system/victoriametrics.service <<'END'
[Service]
User=victoriametrics
ExecStart=/usr/local/bin/victoria-metrics -storageDataPath ${old} -retentionPeriod=12 -selfScrapeInterval=1s -selfScrapeInstance=old
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --quiet --now victoriametrics
`
/** Hosts have no curl. */
const oldSeries = `
exec 3<>/dev/tcp/127.0.0.1/8428
printf 'GET /api/v1/series?match[]=vm_app_version%%7Binstance=%%22old%%22%%7D HTTP/1.0\\r\\n\\r\\n' >&3
grep -c '"instance":"old"' <&3 || :
`

describe('a store that another cell writes to', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site

  const address = () => fleet.host('mon-a').address.replace(/\d+$/, '113')
  const verdicts = async () => {
    const { document } = await site.run('verify', '--json')
    return (document().checks ?? []).filter(({ id }) => id.startsWith('storage.'))
  }
  const proven = (worst = 'pass') =>
    until(`verify to say ${worst} of the store at the most`, 90_000, async () => {
      const found = await verdicts()
      const right = found.filter(({ status }) => status === 'pass' || status === worst)
      return right.length === found.length && found
    })
  /** How many targets the store knows where people read it. */
  const known = async () => {
    const path = `/api/v1/query?nocache=1&query=${encodeURIComponent('count(up{job="node"})')}`
    const response = await fetch(`http://${address()}:8427${path}`, { signal: AbortSignal.timeout(5_000) })
    const { data } = (await response.json()) as { data: { result: readonly { value: [number, string] }[] } }
    return Number(data.result[0]?.value[1])
  }
  const isRead = () =>
    until('the store to be read at its address', 60_000, async () => {
      return (await known().catch(() => undefined)) === pair.length
    })

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(draft => {
      const { lab } = draft.cells
      lab.exporters.node.hosts = ['mon-*']
      lab.prometheus.targets = {}
      const victoriametrics = {
        hosts: nodes,
        retention: '30d',
        read: { vip: `${address()}/24` },
        flags: {},
      }
      Object.assign(draft, {
        cells: {
          lab: { ...lab, hosts: pair, storage: { cell: 'central' } },
          central: { hosts: nodes, storage: { victoriametrics } },
        },
      })
    })
  })
  after(async () => {
    await site?.run('destroy', '--yes', '--purge-data')
    await fleet.onAll(`rm -rf /root/kept-victoria ${old}`, nodes)
    await site?.remove()
  })

  it('is set up before its writers though it is named last, and is proven for them', async () => {
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
    const written = (file: string) => `stat -c %Y /etc/systemd/system/${file}.service`
    const ofNodes = await fleet.onAll(written('victoriametrics'), nodes)
    const ofPair = await fleet.onAll(written('prometheus'), pair)
    assert.ok(Math.max(...ofNodes.map(Number)) <= Math.min(...ofPair.map(Number)), `${ofNodes} ${ofPair}`)
    const targets = (await proven()).map(({ id, target }) => `${id} ${target}`)
    assert.deepEqual(targets, [
      ...nodes.map(node => `storage.ready ${node}/victoriametrics`),
      ...nodes.map(node => `storage.one_copy ${node}/victoriametrics of cell lab`),
      'storage.complete lab',
    ])
    await isRead()
  })

  it('is read by the other host once HAProxy is gone from the one that has the address', async () => {
    const [holder = ''] = await holdersOf(fleet, address(), nodes)
    const [other = ''] = nodes.filter(node => node !== holder)
    await fleet.inside(holder, 'systemctl stop promha-haproxy')
    await until('the address to move', 20_000, async () => {
      return (await holdersOf(fleet, address(), nodes)).join() === other
    })
    await isRead()
    await fleet.inside(holder, 'systemctl start promha-haproxy')
  })

  it('has its nodes restarted one after the other, and its writers left alone', async () => {
    const before = await Promise.all(pair.map(host => mainPid(fleet, host, 'prometheus')))
    await site.edit(({ cells }) => {
      const { central } = cells as unknown as { central: { storage: { victoriametrics: { flags: object } } } }
      central.storage.victoriametrics.flags = { 'search.maxQueryLen': '32KB' }
    })
    converged(await site.run('apply', '--json'))
    assert.deepEqual(await Promise.all(pair.map(host => mainPid(fleet, host, 'prometheus'))), before)
    await proven()
  })

  it('refuses a program that could not read what is there', async () => {
    const components = { victoriametrics: { from: 'debian', suite: 'trixie' } }
    await site.edit(({ artifacts }) => Object.assign(artifacts, { components }))
    await site.drop('inventory.lock.yml')
    const pids = await Promise.all(nodes.map(node => fleet.inside(node, running)))
    const { code, document } = await site.run('apply', '--json')
    assert.equal(code, 1)
    const errors = (document().errors ?? []).map(({ host, summary }) => `${host} ${summary}`)
    assert.deepEqual(
      errors.map(error => error.replace(/victoriametrics \S+ cannot be replaced by 1\.112\.0.*/, 'refused')),
      nodes.map(node => `${node} refused`),
    )
    assert.deepEqual(await Promise.all(nodes.map(node => fleet.inside(node, running))), pids)
    await site.edit(({ artifacts }) => Object.assign(artifacts, { components: {} }))
    await site.drop('inventory.lock.yml')
  })

  it('takes over a node that another tool set up, once its data is where promha has it', async () => {
    const [, node = ''] = nodes
    await fleet.inside(node, 'cp /usr/local/bin/victoria-metrics /root/kept-victoria')
    await fleet.blank([node])
    await fleet.inside(node, foreign)
    const isKept = () =>
      until('the data of the other one to be there', 30_000, async () => {
        return (await fleet.inside(node, `bash -c '${oldSeries.replaceAll("'", "'\\''")}'`)) === '1'
      })
    await isKept()
    const refused = await site.run('plan', '--json')
    assert.equal(refused.code, 1, refused.stdout)
    const errors = (refused.document().errors ?? []).filter(({ host }) => host === node)
    assert.deepEqual(
      errors.map(({ summary }) => summary.replace(/:.*/, '')),
      [
        `victoriametrics keeps its data in ${old}, and promha would use /var/lib/victoriametrics`,
        'victoriametrics keeps 372d of data, and the inventory keeps 30d',
      ],
    )
    // As the first one says.
    await fleet.inside(node, `systemctl stop victoriametrics; mv ${old} /var/lib/victoriametrics`)
    await site.edit(({ cells }) => {
      const { central } = cells as unknown as { central: { storage: { victoriametrics: object } } }
      Object.assign(central.storage.victoriametrics, { retention: '372d' })
    })
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
    await isKept()
    // What was written while the other one was there is on the other node only.
    await proven('warn')
    await isRead()
  })
})
