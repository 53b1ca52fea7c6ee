/** The rules of high availability around the pair, over random inventories. */

import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Cell, Inventory } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { isLoopback } from '../../src/inventory/value/names.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { oncePerHost } from '../../src/topology/firewall-rules.ts'
import { exporterMembers } from '../../src/topology/member/members.ts'
import type { CellTopology, Job, MovingAddress } from '../../src/topology/model.ts'
import { host, inventory, labCell, prometheusSettings } from './sample.ts'
import { randomSite } from './site.ts'

/** Holds for every cell of every site. */
function always(check: (cell: CellTopology, settings: Cell, site: Inventory) => void): void {
  fc.assert(
    fc.property(randomSite, site => {
      for (const [index, cell] of buildTopology(site).cells.entries()) {
        check(cell, site.cells[index] ?? assert.fail(), site)
      }
    }),
    { numRuns: 200 },
  )
}

function job({ jobs }: CellTopology, name: string): Job | undefined {
  return jobs.find(each => each.name === name)
}

const sorted = (list: readonly string[]) => [...list].sort()
const addresses = (of: readonly { readonly address: string }[]) =>
  sorted([...new Set(of.map(each => each.address))])

describe('any site', () => {
  it('has every replica see its twins', () => {
    always((cell, { prometheus }) => {
      const seen = job(cell, 'prometheus')?.targets.map(({ instance }) => instance)
      assert.deepEqual(
        seen,
        prometheus?.replicas.map(({ host: on }) => `${on}:9090`),
      )
      assert.deepEqual(
        job(cell, 'prometheus')?.targets.map(({ address }) => address) ?? [],
        cell.replicas.map(joinHostPort),
      )
    })
  })

  it('has no series twice: no two targets of one job and instance, and no two jobs of one name', () => {
    always(({ jobs }) => {
      const targets = jobs.flatMap(({ name, targets: of }) => of.map(({ instance }) => `${name} ${instance}`))
      assert.deepEqual(sorted(targets), sorted([...new Set(targets)]))
      assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length)
    })
  })

  it('scrapes the Pushgateways at one address, which is no host’s own, and keeps what was pushed as it is', () => {
    always((cell, { pushgateway }, site) => {
      const scraped = job(cell, 'pushgateway')
      assert.equal(scraped === undefined, pushgateway === undefined)
      if (!pushgateway || !scraped) return
      assert.equal(scraped.targets.length, 1)
      assert.equal(scraped.honorLabels, true)
      const [target] = scraped.targets
      assert.deepEqual(target?.labels, {})
      assert.ok(
        !site.hosts.some(({ address }) =>
          target?.address.startsWith(joinHostPort({ address, port: 9 }).slice(0, -1)),
        ),
      )
      assert.deepEqual(
        cell.pushgateways.map(member => member.host),
        [pushgateway.active, pushgateway.passive],
      )
    })
  })

  it('sees each Pushgateway and prober by itself too, but nothing twice that was pushed', () => {
    always(cell => {
      for (const [name, members] of [
        ['pushgateway-hosts', cell.pushgateways],
        ['blackbox-hosts', cell.probers],
      ] as const) {
        assert.deepEqual(
          job(cell, name)?.targets.map(({ address }) => address) ?? [],
          members.map(joinHostPort),
        )
      }
      const each = job(cell, 'pushgateway-hosts')
      if (!each) return
      // What is pushed has a job always; where that is not honoured it is called so.
      assert.notEqual(each.honorLabels, true)
      assert.deepEqual(each.metricRelabelConfigs, [
        { source_labels: ['exported_job'], regex: '.+', action: 'drop' },
      ])
    })
  })

  it('leads every replica that asks an own HAProxy to one', () => {
    always((cell, { prometheus, pushgateway, blackbox }) => {
      for (const [name, failover] of [
        ['pushgateway', pushgateway?.failover],
        ['blackbox', blackbox?.failover],
      ] as const) {
        const having = cell.proxies.filter(({ frontends }) => frontends.some(each => each.name === name))
        if (failover?.kind !== 'haproxy') assert.deepEqual(having, [])
        else {
          for (const { host: on } of prometheus?.replicas ?? []) {
            assert.ok(
              having.some(proxy => proxy.host === on),
              `${name} on ${on}`,
            )
          }
        }
      }
    })
  })

  it('has every HAProxy lead to the same servers in the same order, all of them', () => {
    always(cell => {
      for (const name of ['pushgateway', 'blackbox', 'loadbalancer']) {
        const found = cell.proxies.flatMap(({ frontends }) => frontends.filter(each => each.name === name))
        for (const other of found) assert.deepEqual(other, found[0])
        const members = { pushgateway: cell.pushgateways, blackbox: cell.probers }[name] ?? cell.replicas
        if (found[0]) {
          assert.deepEqual(
            found[0].servers.map(({ host: on }) => on),
            members.map(({ host: on }) => on),
          )
        }
      }
      assert.equal(new Set(cell.proxies.map(({ host: on }) => on)).size, cell.proxies.length)
    })
  })

  it('has every member of an address that moves know all', () => {
    always((cell, { pushgateway, blackbox, loadbalancer }) => {
      const wanted: Readonly<Record<string, readonly string[] | undefined>> = {
        pushgateway:
          pushgateway?.failover.kind === 'vip' ? [pushgateway.active, pushgateway.passive] : undefined,
        blackbox: blackbox?.failover?.kind === 'vip' ? blackbox.hosts : undefined,
        loadbalancer: loadbalancer?.hosts,
      }
      const found = Object.fromEntries(
        cell.movingAddresses.map(({ name, members }) => [name, members.map(({ host: on }) => on)]),
      )
      assert.deepEqual(found, JSON.parse(JSON.stringify(wanted)))
      for (const { name, check } of cell.movingAddresses) {
        assert.ok(isLoopback(check.endpoint.address), `${name} is asked on its own host`)
      }
    })
  })

  it('has router ids that are those given, from 1 to 255, and never of two that could meet', () => {
    fc.assert(
      fc.property(randomSite, site => {
        const all = buildTopology(site).cells.flatMap(cell => cell.movingAddresses)
        for (const [index, one] of all.entries()) {
          assert.ok(Number.isInteger(one.vrid) && one.vrid >= 1 && one.vrid <= 255)
          for (const other of all.slice(index + 1)) {
            if (meet(one, other)) assert.notEqual(one.vrid, other.vrid)
          }
        }
        for (const { loadbalancer } of site.cells) {
          if (loadbalancer?.vip.vrid === undefined) continue
          const found = all.find(({ address }) => address === loadbalancer.vip.address)
          assert.equal(found?.vrid, loadbalancer.vip.vrid)
        }
      }),
    )
  })

  it('keeps its router ids when a cell is added at the end', () => {
    fc.assert(
      fc.property(randomSite, site => {
        // One that gives ids is asked to be obeyed, whoever has to make room.
        const last = site.cells.at(-1)
        const given =
          JSON.stringify(last?.pushgateway ?? {}) + JSON.stringify([last?.blackbox, last?.loadbalancer])
        fc.pre(!given.includes('vrid'))
        const before = buildTopology({ ...site, cells: site.cells.slice(0, -1) }).cells
        const after = buildTopology(site).cells
        for (const [index, cell] of before.entries()) {
          assert.deepEqual(after[index]?.movingAddresses, cell.movingAddresses)
        }
      }),
    )
  })

  it('finds each of a crowd of addresses that meet a router id of its own', () => {
    const addresses = Array.from({ length: 150 }, (_, index) => `198.18.0.${100 + index}`)
    const crowd = addresses.map((address, index) =>
      labCell({
        name: `cell-${index}`,
        loadbalancer: { hosts: ['mon-a', 'mon-b'], vip: { address, prefix: 24 }, port: 80 },
      }),
    )
    const ids = buildTopology(inventory(crowd)).cells.flatMap(cell =>
      cell.movingAddresses.map(({ vrid }) => vrid),
    )
    assert.equal(new Set(ids).size, 150)
    assert.ok(ids.every(id => id >= 1 && id <= 255))
  })

  describe('with addresses of cells that are added before others', () => {
    const idsOf = (...addresses: readonly string[]) => {
      const prefix = addresses[0]?.includes(':') ? 64 : 16
      const crowd = addresses.map(address =>
        labCell({
          name: `cell-${address}`,
          loadbalancer: { hosts: ['mon-a', 'mon-b'], vip: { address, prefix }, port: 80 },
        }),
      )
      return Object.fromEntries(
        buildTopology(inventory(crowd)).cells.flatMap(cell =>
          cell.movingAddresses.map(({ address, vrid }) => [address, vrid]),
        ),
      )
    }

    it('renumbers no address that ends otherwise', () => {
      const last = fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 20 })
      fc.assert(
        fc.property(last, fc.constantFrom('198.18.0.', 'fd00::'), (ends, network) => {
          const addresses = ends.map(end => `${network}${network.includes(':') ? end.toString(16) : end}`)
          const [, ...others] = addresses
          const { [addresses[0] ?? '']: _, ...kept } = idsOf(...addresses)
          assert.deepEqual(kept, idsOf(...others))
          assert.deepEqual(Object.values(kept), ends.slice(1))
        }),
      )
    })

    it('lets the later one give way where two end alike', () => {
      assert.deepEqual(idsOf('10.0.1.92', '10.0.0.92', '10.0.0.93'), {
        ...{ '10.0.1.92': 92, '10.0.0.92': 93, '10.0.0.93': 94 },
      })
      assert.deepEqual(idsOf('fd00::', 'fd00::ff', 'fd00::100'), {
        'fd00::': 255,
        'fd00::ff': 1,
        'fd00::100': 2,
      })
      assert.deepEqual(idsOf('10.1.0.0', '10.1.0.255'), { '10.1.0.0': 255, '10.1.0.255': 1 })
    })
  })

  it('collects from every replica of the cells it names, without labels of hosts', () => {
    always((cell, { federation }, site) => {
      const found = job(cell, 'federate')
      assert.equal(found === undefined, federation === undefined)
      if (!federation || !found) return
      const sources = site.cells.filter(({ name }) => federation.from.includes(name))
      const wanted = sources.flatMap(
        each => each.prometheus?.replicas.map(({ host: on }) => `${on}:9090`) ?? [],
      )
      assert.deepEqual(sorted(found.targets.map(({ instance }) => instance)), sorted(wanted))
      assert.equal(found.honorLabels, true)
      assert.deepEqual(found.params, { 'match[]': federation.match })
      // A label that only one of two replicas would give to a series makes two of it.
      for (const { labels, instance } of found.targets) {
        const prefixed = sources.some(
          ({ prometheus }) =>
            prometheus?.flags['web.route-prefix'] !== undefined &&
            prometheus.replicas.some(({ host: on }) => instance.startsWith(`${on}:`)),
        )
        assert.deepEqual(labels, prefixed ? { __metrics_path__: '/prom/federate' } : {})
      }
    })
  })

  it('leaves a cell as it is, whatever becomes of those that it does not collect from', () => {
    always((cell, settings, site) => {
      const from = settings.federation?.from ?? []
      const cells = site.cells.filter(({ name }) => name === settings.name || from.includes(name))
      const alone = buildTopology({ ...site, cells }).cells.find(({ name }) => name === settings.name)
      const bare = (of: CellTopology | undefined) => ({
        ...of,
        movingAddresses: of?.movingAddresses.map(({ vrid, ...rest }) => rest),
      })
      assert.deepEqual(bare(alone), bare(cell))
    })
  })

  it('closes exporters and probers to all but the replicas, and gossip to all but the peers', () => {
    always((cell, { firewall }) => {
      if (!firewall) {
        assert.ok(cell.firewallRules.every(({ rules }) => rules.length === 0))
        return
      }
      const from = (on: string, protocol: string, port: number) =>
        cell.firewallRules
          .find(({ host: each }) => each === on)
          ?.rules.filter(rule => rule.protocol === protocol && rule.port === port)
          .map(rule => rule.from)
      const scrapers = addresses(cell.replicas)
      for (const { host: on } of exporterMembers(cell)) assert.deepEqual(from(on, 'tcp', 9100), [scrapers])
      for (const { host: on } of cell.probers) assert.deepEqual(from(on, 'tcp', 9115), [scrapers])
      for (const { host: on } of cell.peers) {
        for (const protocol of ['tcp', 'udp'])
          assert.deepEqual(from(on, protocol, 9094), [addresses(cell.peers)])
      }
    })
  })

  it('has keepalived and HAProxy hear the other members only, with a firewall and without', () => {
    always(cell => {
      const heard = new Map(cell.peered.map(one => [one.host, one]))
      assert.equal(heard.size, cell.peered.length)
      for (const { host: on, address } of cell.proxies) {
        const others = addresses(cell.proxies).filter(other => other !== address)
        assert.deepEqual(heard.get(on)?.haproxy, others)
      }
      const members = cell.movingAddresses.flatMap(moving => moving.members)
      for (const { host: on } of members) {
        const own = cell.movingAddresses.filter(moving => moving.members.some(member => member.host === on))
        const others = own.flatMap(moving => moving.members).filter(member => member.host !== on)
        assert.deepEqual(heard.get(on)?.keepalived, addresses(others))
      }
      for (const { host: on, keepalived, haproxy } of cell.peered) {
        assert.equal(
          keepalived !== undefined,
          members.some(member => member.host === on),
        )
        assert.equal(
          haproxy !== undefined,
          cell.proxies.some(proxy => proxy.host === on),
        )
        assert.ok(cell.firewallRules.some(guarded => guarded.host === on))
      }
    })
  })

  it('has the tables of a host watched once, by the cell with rules for it', () => {
    always((_, __, site) => {
      const { cells } = buildTopology(site)
      const [first] = cells
      assert.ok(first)
      const bare = {
        ...first,
        name: 'bare',
        firewallRules: first.firewallRules.map(one => ({ ...one, rules: [] })),
      }
      const once = oncePerHost([bare, first])
      const hosts = once.flatMap(({ firewallRules: guarded }) => guarded.map(one => one.host))
      assert.deepEqual(hosts.toSorted(), first.firewallRules.map(one => one.host).toSorted())
      const closing = first.firewallRules.filter(({ rules }) => rules.length > 0)
      for (const one of closing) assert.ok(once[1]?.firewallRules.includes(one))
    })
  })

  it('closes no port at which people ask, and none that is not promha’s', () => {
    always((cell, { pushgateway }) => {
      const closed = new Set(cell.firewallRules.flatMap(({ rules }) => rules.map(({ port }) => port)))
      const own = [9094, 9100, 9115]
      const allowed = pushgateway?.failover.kind === 'haproxy' ? [...own, 9091] : own
      assert.deepEqual(
        [...closed].filter(port => !allowed.includes(port)),
        [],
      )
    })
  })

  it('lets whoever scrapes, proxies or checks through its own firewall', () => {
    always(cell => {
      const open = (on: string, port: number, by: string) =>
        (cell.firewallRules.find(({ host: each }) => each === on)?.rules ?? [])
          .filter(rule => rule.protocol === 'tcp' && rule.port === port)
          .every(({ from }) => from.includes(by))
      for (const { host: on, port } of [...exporterMembers(cell), ...cell.probers])
        for (const { address } of cell.replicas) assert.ok(open(on, port, address))
      for (const proxy of cell.proxies)
        for (const { servers } of proxy.frontends)
          for (const server of servers) assert.ok(open(server.host, server.port, proxy.address))
    })
  })

  it('lets Prometheus share the load balancer’s port, but not its address', () => {
    always((cell, { loadbalancer }) => {
      for (const { host: on, address, listens, local } of cell.replicas) {
        const shares = loadbalancer?.port === 9090 && loadbalancer.hosts.includes(on)
        assert.deepEqual(
          listens,
          shares
            ? [
                { address, port: 9090 },
                { address: address.includes(':') ? '::1' : '127.0.0.1', port: 9090 },
              ]
            : undefined,
        )
        assert.ok(isLoopback(local.address) && local.port === 9090)
      }
    })
  })
})

/** As the topology itself shows it, apart from how it was computed. */
function meet(one: MovingAddress, other: MovingAddress): boolean {
  const subnet = ({ address }: MovingAddress) => address.replace(/\d+$/, '')
  return (
    subnet(one) === subnet(other) ||
    one.members.some(member => other.members.some(({ host: on }) => on === member.host))
  )
}

describe('a site that is written out', () => {
  const vip = { kind: 'vip', address: '198.18.0.100', prefix: 24 } as const
  const pushgateway = {
    active: 'mon-b',
    passive: 'mon-a',
    failover: vip,
    listen: { address: '0.0.0.0', port: 9091 },
    flags: {},
  } as const
  const blackbox = {
    hosts: ['mon-a', 'mon-b'],
    failover: { ...vip, address: '198.18.0.102' },
    listen: { address: '0.0.0.0', port: 9115 },
    modules: { http_2xx: {}, icmp: {} },
    probes: [
      {
        parameters: { module: 'http_2xx' },
        targets: ['https://example.org'],
        labels: { team: 'web' },
        interval: '30s',
      },
      { parameters: { module: 'icmp' }, targets: ['198.18.0.21'], labels: {}, timeout: '3s' },
    ],
    flags: {},
  } as const
  const only = (rest: Partial<Cell>) =>
    buildTopology(inventory([labCell(rest)])).cells[0] ?? assert.fail('no cell')

  it('scrapes the Pushgateway at the address that moves', () => {
    const cell = only({ pushgateway })
    assert.deepEqual(job(cell, 'pushgateway'), {
      name: 'pushgateway',
      honorLabels: true,
      targets: [{ address: '198.18.0.100:9091', instance: 'pushgateway:9091', labels: {} }],
    })
    assert.deepEqual(
      cell.movingAddresses.map(({ vrid, ...rest }) => rest),
      [
        {
          name: 'pushgateway',
          address: '198.18.0.100',
          prefix: 24,
          members: [
            { host: 'mon-b', address: '198.18.0.12' },
            { host: 'mon-a', address: '198.18.0.11' },
          ],
          check: { endpoint: { address: '127.0.0.1', port: 9091 }, path: '/-/ready' },
        },
      ],
    )
    assert.deepEqual(cell.proxies, [])
  })

  it('scrapes the Pushgateway through the HAProxy of each replica’s own host', () => {
    const hosts = [host('mon-a', '198.18.0.11'), host('mon-b', '198.18.0.12'), host('app-01', '198.18.0.21')]
    const site = inventory(
      [
        labCell({
          pushgateway: { ...pushgateway, passive: 'app-01', failover: { kind: 'haproxy', port: 9191 } },
        }),
      ],
      { hosts },
    )
    const cell = buildTopology(site).cells[0] ?? assert.fail()
    assert.deepEqual(job(cell, 'pushgateway')?.targets, [
      { address: '127.0.0.1:9191', instance: 'pushgateway:9191', labels: {} },
    ])
    assert.deepEqual(
      cell.proxies.map(({ host: on, address }) => [on, address]),
      [
        ['mon-a', '198.18.0.11'],
        ['mon-b', '198.18.0.12'],
        ['app-01', '198.18.0.21'],
      ],
    )
    assert.deepEqual(cell.proxies[0]?.frontends, [
      {
        name: 'pushgateway',
        listen: { address: '0.0.0.0', port: 9191 },
        balance: 'first',
        servers: [
          { host: 'mon-b', address: '198.18.0.12', port: 9091 },
          { host: 'app-01', address: '198.18.0.21', port: 9091 },
        ],
        checkPath: '/-/ready',
      },
    ])
    assert.deepEqual(cell.movingAddresses, [])
  })

  it('follows the path under which the programs around the pair serve', () => {
    const flags = { 'web.route-prefix': '/x' }
    const cell = only({
      prometheus: prometheusSettings({ flags }),
      pushgateway: { ...pushgateway, flags: { ...flags, 'web.telemetry-path': '/own' } },
      blackbox: { ...blackbox, flags },
      loadbalancer: { hosts: ['mon-a', 'mon-b'], vip: { address: '198.18.0.101', prefix: 24 }, port: 80 },
    })
    assert.equal(job(cell, 'pushgateway')?.metricsPath, '/x/own')
    assert.equal(job(cell, 'blackbox')?.metricsPath, '/x/probe')
    assert.deepEqual(
      cell.movingAddresses.map(({ name, check }) => [name, check.path]),
      [
        ['pushgateway', '/x/-/ready'],
        ['blackbox', '/x/-/healthy'],
        ['loadbalancer', '/-/ready/loadbalancer'],
      ],
    )
    assert.equal(cell.proxies[0]?.frontends[0]?.checkPath, '/x/-/ready')
  })

  it('makes a job of each probe, the first of which is never renamed', () => {
    const cell = only({ blackbox })
    assert.deepEqual(
      cell.jobs.slice(-2).map(({ name, params, interval, timeout }) => ({ name, params, interval, timeout })),
      [
        { name: 'blackbox', params: { module: ['http_2xx'] }, interval: '30s', timeout: undefined },
        { name: 'blackbox-2', params: { module: ['icmp'] }, interval: undefined, timeout: '3s' },
      ],
    )
    assert.deepEqual(job(cell, 'blackbox')?.targets, [
      {
        address: 'https://example.org',
        instance: 'https://example.org',
        labels: { module: 'http_2xx', team: 'web' },
      },
    ])
    assert.deepEqual(job(cell, 'blackbox')?.relabelConfigs?.at(-1), {
      target_label: '__address__',
      replacement: '198.18.0.102:9115',
    })
  })

  it('asks the only prober where it is', () => {
    const { failover, ...alone } = blackbox
    const cell = only({ blackbox: { ...alone, hosts: ['mon-b'] } })
    assert.equal(job(cell, 'blackbox')?.relabelConfigs?.at(-1)?.replacement, '198.18.0.12:9115')
    assert.deepEqual(cell.movingAddresses, [])
  })

  it('takes the name of a replica away where it is collected, and nothing else under that label', () => {
    const replicas = [
      { name: 'a', host: 'mon-a' },
      { name: 'b.1', host: 'mon-b' },
    ]
    const site = inventory([
      labCell({ name: 'us', prometheus: prometheusSettings({ replicas, replicaLabel: 'replica' }) }),
      labCell({ name: 'ap', prometheus: prometheusSettings({ replicaLabel: 'replica' }) }),
      labCell({ name: 'sa', prometheus: prometheusSettings() }),
      labCell({ name: 'eu', federation: { from: ['us', 'ap', 'sa'], match: ['up'] } }),
    ])
    const rule = (name: string, regex: string) => ({
      ...{ source_labels: [name], regex, target_label: name, replacement: '' },
    })
    assert.deepEqual(job(buildTopology(site).cells[3] ?? assert.fail(), 'federate')?.metricRelabelConfigs, [
      rule('prometheus_replica', 'a|b'),
      rule('replica', 'a|b|b\\.1'),
    ])
  })
})
