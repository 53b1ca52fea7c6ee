/** Every exporter of the catalogue: what its definition says, and what becomes of it on a host. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import {
  accountOf,
  type ExporterDefinition,
  exporterName,
  oneAddressOf,
} from '../../../roles/exporters/definition.ts'
import { definitions, releaseOf } from '../../../roles/index.ts'
import { buildInstances } from '../../../roles/instances.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { read } from '../../inventory/harness.ts'
import { leastOfExporter as least } from '../least.ts'

const catalogue: readonly ExporterDefinition[] = definitions.flatMap(({ exporter }) => exporter ?? [])

/** The reading of a site with exporters only. */
async function site(exporters: Readonly<Record<string, object>>) {
  return await read(
    JSON.stringify({
      promha: 1,
      hosts: { app: { address: '198.18.0.21' } },
      artifacts: { from: 'upstream' },
      cells: { lab: { exporters } },
    }),
    { 'ca.pem': 'x' },
  )
}

async function instances(exporters: Readonly<Record<string, object>>) {
  const { inventory, problems } = await site(exporters)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  return buildInstances(inventory, buildTopology(inventory), name => releaseOf(name).version)
}

async function unitsOf(exporters: Readonly<Record<string, object>>): Promise<ReadonlyMap<string, string>> {
  const all = await instances(exporters)
  return new Map(
    all.flatMap(({ component, resources }) =>
      resources.flatMap(one => (one.kind === 'unit' ? [[component, String(one.content)] as const] : [])),
    ),
  )
}

const everything = () => Object.fromEntries(catalogue.map(one => [one.key, least(one)]))

describe('the catalogue', () => {
  it('has names and ports of which no two are alike', () => {
    for (const names of [catalogue.map(({ key }) => key), catalogue.map(exporterName)]) {
      assert.equal(new Set(names).size, names.length)
      for (const name of names) assert.match(name, /^[a-z0-9_]+$/)
    }
    const names = definitions.map(({ name }) => name)
    for (const { aliases = [] } of definitions)
      for (const alias of aliases) assert.ok(!names.includes(alias), `${alias} means two components`)
    const received = catalogue.flatMap(({ receives = [] }) => receives)
    // Upstream gave Mimir the port of cAdvisor. A host with both is an error that says so.
    const apart = definitions.filter(({ name }) => name !== 'mimir')
    const ports = [
      ...apart.flatMap(({ health }) => (health.port > 0 ? [`${health.port}/tcp`] : [])),
      ...received.map(one => `${one.port}/${one.protocol}`),
    ]
    assert.equal(new Set(ports).size, ports.length)
  })

  it('has accounts that useradd takes, and none with which another component runs', () => {
    // What shares a release, or reads another one's data, may share its account too.
    const alone = definitions.filter(({ releaseName }) => releaseName === undefined)
    const users = alone.flatMap(({ account }) => account ?? [])
    assert.equal(new Set(users).size, users.length)
    for (const one of catalogue) {
      const own = definitions.find(({ name }) => name === exporterName(one))
      assert.equal(own?.account ?? 'root', accountOf(one))
      assert.equal(own?.health.port, one.port)
    }
    for (const user of users) assert.match(user, /^[a-z][a-z0-9-]{0,30}$/)
  })

  it('stands in the docs, all of it and nothing else', () => {
    const text = readFileSync(new URL('../../../docs/exporters.md', import.meta.url), 'utf8')
    const table = text.slice(text.indexOf('\n## The catalogue'))
    const rows = [...table.matchAll(/^\| `([a-z0-9_]+)` +\| \[[^\]]+\]\(([^)]+)\) +\| (\d+).*$/gm)]
    assert.deepEqual(
      rows.map(([row, key, manual, port]) => {
        const [privileges = '', debian = ''] = row.split(' | ').slice(4)
        return [key, manual, Number(port), privileges.startsWith('root'), /^`(\S+)`/.exec(debian)?.[1]]
      }),
      [...catalogue]
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(one => [
          one.key,
          one.manual,
          one.port,
          accountOf(one) === 'root',
          one.release.debian?.packages[0]?.name,
        ]),
    )
    const [, single = ''] = /These take one address under `listen`: ([^.]*)\./.exec(text) ?? []
    assert.deepEqual(
      [...single.matchAll(/`(\w+)`/g)].map(([, key]) => key),
      catalogue.flatMap(one => (oneAddressOf(one) ? [one.key] : [])).sort(),
    )
  })
})

describe('a unit of the catalogue', () => {
  it('is one that systemd takes, with all users and programs as they are here', async function () {
    this.timeout(60_000)
    const directory = mkdtempSync(join(tmpdir(), 'promha-units-'))
    try {
      const files: string[] = []
      for (const [component, unit] of await unitsOf(everything())) {
        const file = join(directory, `${component}.service`)
        writeFileSync(file, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'))
        files.push(file)
      }
      assert.equal(files.length, catalogue.length)
      const { all, exitCode, code } = await execa('systemd-analyze', ['verify', '--man=no', ...files], {
        reject: false,
        all: true,
      })
      if (code === 'ENOENT') return this.skip()
      // Units of this machine's own, which are pulled in, are none of ours.
      const own = (all ?? '').split('\n').filter(line => line.includes('_') && line.includes(directory))
      assert.deepEqual([own, exitCode], [[], 0], all)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('opens its port where it is told', async () => {
    const units = await unitsOf(
      Object.fromEntries(catalogue.map(one => [one.key, { ...least(one), listen: 'self' }])),
    )
    for (const one of catalogue) {
      const { listenFlag = 'web.listen-address', portFlag, port } = one
      const said = portFlag
        ? `--${listenFlag}=198.18.0.21 --${portFlag}=${port}`
        : `--${listenFlag}=198.18.0.21:${port}`
      assert.ok(
        units
          .get(exporterName(one))
          ?.replaceAll(/ \\\n\s*/g, ' ')
          .includes(said),
        one.key,
      )
    }
    const words = (component: string) => units.get(component)?.replaceAll(/[\s\\]+/g, ' ') ?? ''
    assert.match(words('cadvisor'), /--listen_ip=198\.18\.0\.21 --port=8080 /)
    assert.match(words('domain_exporter'), /--bind=198\.18\.0\.21:9222 /)
  })

  it('says why it leaves out what the others are kept from', async () => {
    for (const { key, unit } of catalogue) if (unit) assert.match(unit[0] ?? '', /^# [A-Z].*\.$/, key)
  })

  it('takes what is pushed at the same address only, or not at all', async () => {
    const statsd = async (entry: object) => {
      const [one] = await instances({ statsd: entry })
      const unit = one?.resources.find(({ kind }) => kind === 'unit') as { content: string }
      return [one?.service?.ports, unit.content.match(/--statsd\.listen-\S+/g)]
    }
    assert.deepEqual(await statsd({ listen: '127.0.0.1:9102' }), [
      [
        { protocol: 'tcp', port: 9102, addresses: ['127.0.0.1'] },
        { protocol: 'udp', port: 9125, addresses: ['127.0.0.1'] },
        { protocol: 'tcp', port: 9125, addresses: ['127.0.0.1'] },
      ],
      ['--statsd.listen-udp=127.0.0.1:9125', '--statsd.listen-tcp=127.0.0.1:9125'],
    ])
    assert.deepEqual(await statsd({ flags: { 'statsd.listen-udp': ':8125', 'statsd.listen-tcp': '' } }), [
      [
        { protocol: 'tcp', port: 9102 },
        { protocol: 'udp', port: 8125 },
      ],
      ['--statsd.listen-udp=:8125', '--statsd.listen-tcp='],
    ])
  })

  it('turns a switch off in the way that its program takes', async () => {
    for (const [key, flag, word] of [
      ['chrony', 'collector.sources', '--no-collector.sources'],
      ['cadvisor', 'store_container_labels', '--store_container_labels=false'],
      ['mongodb', 'collector.profile', '--collector.profile=false'],
      ['fail2ban', 'any', '--any=false'],
    ] as const) {
      const [unit = ''] = (await unitsOf({ [key]: { flags: { [flag]: false } } })).values()
      assert.ok(unit.includes(` ${word}\n`), key)
    }
  })

  it('names a config only if it has one', async () => {
    const files = { 'ca.pem': 'ca.pem' }
    for (const [entry, named] of [
      [{ files }, false],
      [{ files, config: { modules: {} } }, true],
    ] as const) {
      const units = await unitsOf({ ssl: entry })
      assert.equal(units.get('ssl_exporter')?.includes('--config.file'), named)
    }
  })
})

describe('a flag of an exporter', () => {
  const faultsOf = async (key: string, entry: object) => {
    const { problems, inventory } = await site({ [key]: entry })
    assert.equal(inventory, undefined, `${key} takes ${JSON.stringify(entry)}`)
    return problems.map(({ summary, remedy }) => ({ summary, remedy }))
  }

  it('that promha sets is refused, with what to use instead', async () => {
    for (const one of catalogue) {
      const { key, own = {}, config, portFlag, listenFlag = 'web.listen-address' } = one
      const named: Readonly<Record<string, string>> = {
        [listenFlag]: 'use "listen"',
        'web.config.file': 'TLS and passwords are not supported yet',
        ...(portFlag ? { [portFlag]: 'use "listen"' } : {}),
        ...(config ? { [config.flag]: 'use "config"' } : {}),
        ...own,
      }
      for (const [flag, instead] of Object.entries(named)) {
        const name = flag.replace('*', 'x')
        const [fault, ...more] = await faultsOf(key, { ...least(one), flags: { [name]: 'x' } })
        assert.deepEqual(more, [])
        assert.equal(fault?.summary, `the flag "${name}" of exporters.${key} is set by promha`)
        assert.ok(instead)
        assert.ok(fault.remedy?.includes(instead), `${key} ${flag}: ${fault.remedy}`)
      }
    }
  })

  it('that makes its program check something and exit is refused', async () => {
    for (const [key, flag] of [
      ['statsd', 'check-config'],
      ['snmp', 'dry-run'],
      ['fail2ban', 'dry-run'],
      ['sql', 'config.check'],
    ] as const) {
      const one = catalogue.find(it => it.key === key) ?? assert.fail()
      const [fault, ...more] = await faultsOf(key, { ...least(one), flags: { [flag]: true } })
      assert.deepEqual(more, [])
      assert.equal(fault?.summary, `the flag "${flag}" of exporters.${key} ends the program at once`)
    }
  })

  it('that holds a secret is refused, with where to put it instead', async () => {
    const secrets = catalogue.flatMap(one =>
      Object.entries(one.secretFlags ?? {}).map(([flag, instead]) => ({ one, flag, instead })),
    )
    assert.deepEqual(
      secrets.map(({ one, flag }) => [one.key, flag]),
      [
        ['cadvisor', 'storage_driver_password'],
        ['kafka', 'sasl.password'],
        ['mongodb', 'mongodb.password'],
        ['redis', 'redis.password'],
        ['sql', 'config.data-source-name'],
      ],
    )
    for (const { one, flag, instead } of secrets)
      for (const said of [{ flags: { [flag]: 'x' } }, { per_host: { app: { flags: { [flag]: 'x' } } } }]) {
        const [fault, ...more] = await faultsOf(one.key, { ...least(one), ...said })
        assert.deepEqual(more, [])
        assert.match(fault?.summary ?? '', new RegExp(`^the flag "${flag}" of .* shows a secret`))
        assert.equal(fault?.remedy, instead)
        if (one.key !== 'cadvisor') assert.match(instead, /^Use "environment: \{ [A-Z_]+: … \}"\.$/)
      }
  })

  it('with a password in an address is refused, and without one it is not', async () => {
    const uris = {
      apache: ['scrape_uri', 'SCRAPE_URI'],
      nginx: ['nginx.scrape-uri', 'SCRAPE_URI'],
      redis: ['redis.addr', 'REDIS_ADDR'],
      elasticsearch: ['es.uri', 'ES_PASSWORD'],
      mongodb: ['mongodb.uri', 'MONGODB_URI'],
      haproxy: ['haproxy.scrape-uri', 'Remove the password'],
      consul: ['consul.server', 'CONSUL_HTTP_AUTH'],
      bind: ['bind.stats-url', 'Remove the password'],
    } as const
    for (const [key, [flag, instead]] of Object.entries(uris)) {
      for (const value of ['https://me:s3cr%2Ft@db.example:1/x', ['unix:/x', 'redis://:hidden@localhost']]) {
        const faults = await faultsOf(key, { flags: { [flag]: value } })
        assert.equal(faults.length, 1)
        assert.ok(faults[0]?.remedy?.includes(instead), `${key}: ${faults[0]?.remedy}`)
        assert.ok(!/hidden|s3cr/.test(JSON.stringify(faults)))
      }
      for (const value of [
        'https://me@db.example:9200/a:b@c',
        'unix:/run/x.sock',
        'http://[::1]:80/?a=b:c@d',
      ])
        assert.ok((await site({ [key]: { flags: { [flag]: value } } })).inventory, `${key}: ${value}`)
    }
  })
})
