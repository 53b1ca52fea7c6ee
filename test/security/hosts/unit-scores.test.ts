/** What a unit of promha's could still do to its host were its program taken over: systemd's own score of each. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { unitTexts } from '../../../roles/common/words.ts'
import { renderTemplate } from '../../../roles/text/render.ts'
import { serviceText } from '../../../src/schedule/systemd/units.ts'
import { guardUnit } from '../../../src/shell/syntax/layout.ts'
import { useFleet } from '../../e2e/support/fleet.ts'
import { type GrafanaReleases, serveGrafana } from '../../e2e/support/grafana.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'

const pair = ['mon-a', 'mon-b'] as const

/** The highest score that each may have: 0 could do nothing to its host, 10 all that root can. */
const limits: Readonly<Record<string, number>> = {
  'prometheus.service': 2.5,
  'alertmanager.service': 2.5,
  'node_exporter.service': 2.5,
  'pushgateway.service': 2.5,
  'blackbox_exporter.service': 2.5,
  'victoriametrics.service': 2.5,
  'cortex.service': 2.5,
  'm3db.service': 2.5,
  'vmstorage.service': 2.5,
  'thanos_sidecar.service': 2.5,
  'grafana.service': 2.5,
  // Any of the catalogue that needs no right of its own.
  'systemd_exporter.service': 2.5,
  'promha-firewall.service': 2.5,
  'promha-keepalived.service': 3,
  'promha-haproxy.service': 3,
  [guardUnit]: 3,
}

const schedule = 'promha-drift-shop.service'
/** The inventory decides what it reads, runs and reaches: beside each right that is left to it stands why. */
const limitOfSchedule = 3.3

const listen = { listen: { address: '0.0.0.0', port: 9009 }, flags: {} }

/** Debian has no programs of them, and a score is that of the unit's text. Those of one template have one here. */
const written: Readonly<Record<string, () => string>> = {
  'cortex.service': () =>
    renderTemplate('ring', 'ring.service', {
      ...{ name: 'cortex', label: 'Cortex', dataDir: '/var/lib/cortex' },
      commandLine: { command: ['/usr/local/bin/cortex'] },
      words: unitTexts('cortex', listen),
    }),
  'm3db.service': () =>
    renderTemplate('m3db', 'm3db.service', {
      ...{ name: 'm3db', dataDir: '/var/lib/m3db', description: 'M3DB' },
      commandLine: { command: ['/usr/local/bin/m3dbnode'] },
      words: unitTexts('m3db', listen),
    }),
  'vmstorage.service': () =>
    renderTemplate('victoriametrics', 'cluster.service', {
      ...{ name: 'vmstorage', dataDir: '/var/lib/vmstorage', description: 'vmstorage' },
      commandLine: { command: ['/usr/local/bin/vmstorage'] },
      words: unitTexts('vmstorage', listen),
    }),
  // The one of the four that writes what is not its own: the replica's data.
  'thanos_sidecar.service': () =>
    renderTemplate('thanos', 'thanos.service', {
      ...{ what: 'uploads', command: 'sidecar', account: 'prometheus', stop: '1min' },
      ...{ writes: ['/home/prometheus'], after: ' prometheus.service', isBelowHome: true },
      commandLine: { command: ['/usr/local/bin/thanos_sidecar', 'sidecar'] },
      words: unitTexts('thanos_sidecar', listen),
    }),
}
const ofTemplates: Readonly<Record<string, string>> = {
  'ring.service': 'cortex.service',
  'cluster.service': 'vmstorage.service',
  'thanos.service': 'thanos_sidecar.service',
  'exporter.service': 'systemd_exporter.service',
}
const folder = '/etc/systemd/system'

type Scores = ReadonlyMap<string, number>

describe('rights that a unit does not need', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let scores: Scores
  let releases: GrafanaReleases

  const at = (last: number) => fleet.host('mon-a').address.replace(/\d+$/, String(last))

  before(async () => {
    // Grafana itself cannot be had, and a score is that of its unit.
    releases = await serveGrafana(['13.0.1'])
    site = await makeSite(fleet)
    await site.edit(({ artifacts, cells, versions }) => {
      artifacts.components = { grafana: { from: releases.url } }
      versions.grafana = '13.0.1'
      Object.assign(cells.lab, {
        pushgateway: { active: 'mon-a', passive: 'mon-b', failover: { vip: `${at(100)}/24` } },
        blackbox: {
          hosts: pair,
          failover: { haproxy: { port: 915 } },
          modules: { ping: { prober: 'icmp', timeout: '1s' } },
          probes: [{ module: 'ping', targets: [fleet.host('app-01').address] }],
        },
        loadbalancer: { hosts: pair, vip: `${at(101)}/24` },
        firewall: { enabled: true },
        storage: { victoriametrics: { hosts: ['app-01', 'app-02'], retention: '30d' } },
        grafana: { hosts: ['mon-a'] },
      })
      // It needs more of the host than one whose data lies elsewhere.
      Object.assign(cells.lab.exporters, { systemd: { hosts: ['app-01'] } })
      Object.assign(cells.lab.prometheus, { data_dir: '/home/prometheus' })
    })
    converged(await site.run('apply', '--json'))
    const files = Object.entries(written).map(
      ([unit, text]) => `cat >${folder}/${unit} <<'end'\n${text()}end\n`,
    )
    await fleet.inside('app-01', `${files.join('')}systemctl daemon-reload`)
    scores = new Map([...(await scoresOn('app-01')), ...(await scoresOn('mon-a'))])
  })
  after(async () => {
    const units = Object.keys(written).map(unit => `${folder}/${unit}`)
    await fleet.inside('app-01', `rm -f ${units.join(' ')}; systemctl daemon-reload`)
    await site?.run('destroy', '--yes', '--purge-data', '--only', 'grafana,victoriametrics')
    releases?.close()
    await site?.remove()
  })

  /** Of every unit whose text promha wrote, whether it runs or not. */
  async function scoresOn(host: string): Promise<Scores> {
    const units = await fleet.inside(host, "cd /etc/systemd/system && grep -l '[Pp]romha' -- *.service")
    return parse(await fleet.inside(host, analysis(units.split('\n'))))
  }

  /** Of the service that runs promha itself, which lies on no host of the cell. */
  async function scoreOfSchedule(): Promise<number> {
    const file = `/run/systemd/system/${schedule}`
    const text = serviceText({
      ...{ name: 'promha-drift-shop', scope: 'system', inventory: '/srv/shop/inventory.yml', home: '/root' },
      ...{ every: 900_000, fix: true, program: ['/opt/node', '/opt/promha/dist/promha.js'] },
    })
    try {
      const line = `cat >${file} <<'end'\n${text}end\nsystemctl daemon-reload\n${analysis([schedule])}`
      return [...parse(await fleet.inside('mon-a', line)).values()][0] ?? Number.NaN
    } finally {
      await fleet.inside('mon-a', `rm -f ${file}; systemctl daemon-reload`)
    }
  }

  const table = (found: Scores) => [...found].map(([unit, score]) => `${score.toFixed(1)} ${unit}`).join('\n')

  it('are taken from each', () => {
    const over = [...scores].filter(([unit, score]) => !(score <= (limits[unit] ?? -1)))
    assert.deepEqual(over, [], `over their limit, or without one, of\n${table(scores)}`)
  })

  it('are looked for in every unit that there is', async () => {
    const roles = fileURLToPath(new URL('../../../roles', import.meta.url))
    const templates = await readdir(roles, { recursive: true })
    const units = templates
      .map(path => /([^/]+\.service)\.ejs$/.exec(path)?.[1])
      .filter(name => name !== undefined)
      .map(name => ofTemplates[name] ?? name)
    assert.ok(units.length > 5, `only ${units.join(', ')}`)
    assert.deepEqual([...scores.keys()].sort(), [...units, guardUnit].sort())
  })

  it('are taken by settings that systemd knows', async () => {
    const told = await fleet.inside(
      'mon-a',
      `cd /etc/systemd/system; systemd-analyze verify --man=no $(grep -l '[Pp]romha' -- *.service) 2>&1 || :`,
    )
    assert.doesNotMatch(told, /unknown|ignor|invalid|failed/i)
  })

  it('are taken from a scheduled run as far as its inventory can do without them', async () => {
    const score = await scoreOfSchedule()
    assert.ok(score <= limitOfSchedule, `${score} is over ${limitOfSchedule}`)
  })
})

/** A line for each of these: its name and its score. */
function analysis(units: readonly string[]): string {
  // The words "NAME: 2.1 OK", which every version ends its table with.
  return units
    .map(unit => `echo "${unit}" $(systemd-analyze security --no-pager ${unit} | tail -n 1)`)
    .join('\n')
}

function parse(text: string): Scores {
  return new Map(
    text.split('\n').map(line => {
      const found = /([^/\s]+\.service) .*Overall exposure level for \S+: (\d+\.\d) /.exec(line)
      assert.ok(found, `no score in ${line}`)
      return [found[1] ?? '', Number(found[2])] as const
    }),
  )
}
