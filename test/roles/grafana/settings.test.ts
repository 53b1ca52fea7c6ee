/** What a cell may say of Grafana, and what is refused with its place. */
import assert from 'node:assert/strict'
import { head, read } from '../../inventory/harness.ts'

const cell = (grafana: string, more = '') =>
  `${head}cells:\n  eu:\n    prometheus: { replicas: { a: mon-a, b: mon-b }, alertmanagers: [] }\n${more}    grafana: ${grafana}\n`
const both = 'hosts: [mon-a, mon-b], vip: 198.18.0.111/24'
const dashboard = (uid: string) => JSON.stringify({ title: 'Shop', uid })

async function refused(text: string, files: Readonly<Record<string, string>> = {}) {
  const { problems } = await read(text, files)
  return problems.map(({ code, source }) => [code, source?.file.replace(/.*\//, ''), source?.line])
}

async function built(grafana: string, files: Readonly<Record<string, string>> = {}) {
  const { inventory, problems } = await read(cell(grafana), files)
  return inventory?.cells[0]?.grafana ?? assert.fail(problems.map(({ summary }) => summary).join('\n'))
}

describe('grafana of a cell', () => {
  it('is two hosts and their address', async () => {
    const { config, hosts, port, vip } = await built(`{ ${both} }`)
    assert.deepEqual([hosts, port, vip?.address], [['mon-a', 'mon-b'], 3000, '198.18.0.111'])
    assert.deepEqual([config.hasAdmin, config.hasSecretKey, config.sharesDatabase], [false, false, false])
  })

  it('is one host without an address, but not two, and an address is what has a port', async () => {
    assert.equal((await built('{ hosts: [mon-a] }')).vip, undefined)
    assert.deepEqual(await refused(cell('{ hosts: [mon-a, mon-b] }')), [
      ['grafana.no-address', 'inventory.yml', 8],
    ])
    const ported = await refused(cell('{ hosts: [mon-a], port: 3001 }'))
    assert.deepEqual(ported, [['grafana.port-without-address', 'inventory.yml', 8]])
  })

  it('has another port than its address, since its own is closed', async () => {
    const { listen, port } = await built(`{ ${both} }`)
    assert.deepEqual([listen.port, port], [3001, 3000])
    assert.equal((await built('{ hosts: [mon-a] }')).listen.port, 3000)
    const same = [['grafana.same-port', 'inventory.yml', 8]]
    assert.deepEqual(await refused(cell(`{ ${both}, port: 3001 }`)), same)
    const own = 'per_host: { mon-b: { listen: "self:3000" } }'
    assert.deepEqual(await refused(cell(`{ ${both}, ${own} }`)), same)
  })

  it('needs something to show', async () => {
    const alone = `${head}cells:\n  eu:\n    grafana: { ${both} }\n`
    assert.deepEqual(await refused(alone), [['grafana.nothing-to-show', 'inventory.yml', 7]])
  })

  it('takes its config from a file, whatever that says of admins, keys and databases', async () => {
    const text = '[security]\nadmin_password = x\nsecret_key = y\n[database]\ntype = postgres\n'
    const { config } = await built(`{ ${both}, config: grafana.ini }`, { 'grafana.ini': text })
    assert.deepEqual([config.hasAdmin, config.hasSecretKey, config.sharesDatabase], [true, true, true])
    assert.equal(config.text, text)
  })

  it('names the line of a file with what promha says itself, and of what is no config', async () => {
    const ini = '[server]\ndomain = x\nhttp_port = 80\n[Paths]\ndata = /x\n[x]\nnothing\n'
    assert.deepEqual(await refused(cell(`{ ${both}, config: grafana.ini }`), { 'grafana.ini': ini }), [
      ['grafana.set-by-promha', 'grafana.ini', 3],
      ['grafana.set-by-promha', 'grafana.ini', 5],
      ['grafana.not-an-ini', 'grafana.ini', 7],
    ])
  })

  it('takes its config inline, where secrets may be asked for', async () => {
    process.env.PROMHA_TEST_KEY = 'from outside'
    const inline = `\n      hosts: [mon-a]\n      config: |\n        [security]\n        secret_key = \${env:PROMHA_TEST_KEY}\n        [server]\n        protocol = https`
    const { problems } = await read(cell(inline), {}, { secrets: true })
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['grafana.set-by-promha'],
    )
    assert.match(problems[0]?.summary ?? '', /in line 4 of it/)
    const right = await read(cell(inline.replace(/\n {8}\[server\]\n.*/, '')), {}, { secrets: true })
    assert.equal(right.inventory?.cells[0]?.grafana?.config.text, '[security]\nsecret_key = from outside\n')
    assert.equal(right.inventory?.cells[0]?.grafana?.config.hasSecretKey, true)
  })

  it('has no admin by a comment, and no secret that a comment cuts short', async () => {
    const settings = (password: string) =>
      `{ ${both}, config: "[security]\\nadmin_password = ${password}\\n" }`
    const none = await read(cell(settings('; set me')))
    assert.equal(none.inventory?.cells[0]?.grafana?.config.hasAdmin, false)
    const { problems } = await read(cell(settings('hunter2#x')))
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['grafana.cut-secret'],
    )
    assert.equal(problems[0]?.source?.line, 8)
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/)
  })

  it('takes no name that Grafana does not find, and no reference in a file for a password', async () => {
    const ini = '[Security]\nadmin_password = x\n[security]\nSecret_Key = y\nadmin_password = ${env:X}\n'
    assert.deepEqual(await refused(cell(`{ ${both}, config: grafana.ini }`), { 'grafana.ini': ini }), [
      ['grafana.section-meant', 'grafana.ini', 1],
      ['grafana.setting-meant', 'grafana.ini', 4],
      ['grafana.variable-of-secret', 'grafana.ini', 5],
    ])
    const near = '[securty]\nx = y\n[smtp]\npassword = ${env:X}\n'
    assert.deepEqual(await refused(cell(`{ ${both}, config: grafana.ini }`), { 'grafana.ini': near }), [
      ['grafana.section-near', 'grafana.ini', 1],
      ['secret.file-not-expanded', 'grafana.ini', 4],
    ])
  })

  it('takes no setting by a variable, and no flag', async () => {
    const words = 'environment: { GF_PATHS_DATA: /x }, per_host: { mon-a: { environment: { GF_X: y } } }'
    assert.deepEqual(await refused(cell(`{ ${both}, ${words}, flags: { config: x } }`)), [
      ['grafana.by-environment', 'inventory.yml', 8],
      ['grafana.by-environment', 'inventory.yml', 8],
      ['cell.flag-set-by-promha', 'inventory.yml', 8],
    ])
  })

  it('ships no data source with a secret, unless it has a key for it', async () => {
    const file =
      'apiVersion: 1\ndatasources:\n  - name: Loki\n    type: loki\n    secureJsonData: { token: x }\n'
    const files = { 'loki.yml': file, 'grafana.ini': '[security]\nsecret_key = own\n' }
    const shipped = `${both}, files: { provisioning/datasources/loki.yml: loki.yml }`
    assert.deepEqual(await refused(cell(`{ ${shipped} }`), files), [['grafana.no-secret-key', 'loki.yml', 5]])
    await built(`{ ${shipped}, config: grafana.ini }`, files)
    await built(`{ ${shipped} }`, { 'loki.yml': file.replace('{ token: x }', '{}') })
  })

  it('takes dashboards, each once, and nothing else', async () => {
    const list = `{ ${both}, dashboards: [d/*.json] }`
    const { dashboards } = await built(list, { 'd/a.json': dashboard('a'), 'd/b.json': dashboard('b') })
    assert.deepEqual(
      dashboards.map(({ name }) => name),
      ['dashboards/own/a.json', 'dashboards/own/b.json'],
    )
    const wrong = {
      'd/a.json': dashboard('x'),
      'd/b.json': dashboard('x'),
      'd/c.json': '[]',
      'd/e.json': '{',
    }
    const more = { 'd/f.json': '{"dashboard":{}}', 'd/g.json': '{}', 'd/h.json': dashboard('promha-pair') }
    assert.deepEqual(
      (await refused(cell(list), { ...wrong, ...more })).map(([code]) => code),
      [
        'grafana.same-dashboard',
        ...Array.from({ length: 3 }, () => 'grafana.not-a-dashboard'),
        'grafana.same-dashboard',
        // By its own line.
        'grafana.not-a-dashboard',
      ],
    )
  })

  it('is closed to hosts that have names only', async () => {
    const named = cell(`{ hosts: [mon-a], vip: 198.18.0.111/24 }`).replace('198.18.0.12', 'mon-b.example.net')
    assert.ok((await refused(named)).some(([code]) => code === 'topology.grafana-needs-ip'))
  })
})
