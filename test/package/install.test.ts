import assert from 'node:assert/strict'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { localArch } from '../../src/artifact/model.ts'
import { findForeignBelow } from '../../src/trust/ours.ts'
import { makeRelease, scratch, sha256 } from '../artifact/support.ts'
import { requireRoot } from '../security/support/root.ts'
import { stranger } from '../security/support/stranger.ts'
import { installGlobally, packAndInstall, runIn } from './installed.ts'

const versions = {
  prometheus: '3.13.2',
  alertmanager: '0.34.0',
  node_exporter: '1.12.1',
  blackbox_exporter: '0.28.0',
  pushgateway: '1.11.3',
}

const site = {
  'inventory.yml': `promha: 1
artifacts: { from: ./programs }
versions: ${JSON.stringify(versions)}
hosts:
  mon-a: { address: 198.18.0.11, ssh: { host: 127.0.0.1, port: 1 } }
  mon-b: { address: 198.18.0.12, ssh: { host: 127.0.0.1, port: 1 } }
cells:
  eu:
    prometheus: { replicas: { a: mon-a, b: mon-b }, rule_files: [rules/*.yml] }
    alertmanager: { hosts: [mon-a, mon-b], config: alertmanager.yml }
    exporters: { node: { hosts: [all] } }
    blackbox: { hosts: [mon-a, mon-b], failover: { vip: 198.18.0.102/24 }, modules: { ping: { prober: icmp } } }
    pushgateway: { active: mon-a, passive: mon-b, failover: { haproxy: { port: 9191 } } }
    firewall: { enabled: true }
`,
  'alertmanager.yml': 'route: { receiver: x }\nreceivers: [{ name: x }]\n',
  'rules/shop.yml': 'groups: [{ name: shop, rules: [{ record: a, expr: vector(1) }] }]\n',
}

describe('the package', function () {
  this.timeout(120_000)
  before(requireRoot)
  const directory = scratch()
  const folder = join(directory, 'site')
  let installed: Awaited<ReturnType<typeof packAndInstall>>

  before('pack, install and make a site', async () => {
    installed = await packAndInstall(directory)
    for (const [file, text] of Object.entries(site)) {
      mkdirSync(join(folder, file, '..'), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    await putPrograms(folder)
  })

  it('holds what is needed at run time, the examples, and nothing else', async () => {
    const { out } = await runIn(directory, ['tar', '-tzf', installed.packed])
    const files = out
      .trim()
      .split('\n')
      .map(file => file.replace(/^package\//, ''))
    const kinds = [
      /^(package\.json|README\.md|LICENSE)$/,
      /^dist\/promha\.js$/,
      /^dist\/chunks\/[\w-]+\.js$/,
      /^dist\/(chunks\/)?[\w-]+(\.js)?\.LEGAL\.txt$/,
      /^roles\/\w+\/templates\/[\w.-]+\.ejs$/,
      /^roles\/(prometheus|node_exporter|exporters|storage|thanos|victoriametrics|cortex|mimir|m3db)\/rules\/\w+\.yml$/,
      /^roles\/grafana\/dashboards\/\w+\.json$/,
      /^docs\/([\w-]+\/)?[\w.-]+\.md$/,
      /^docs\/topology\.svg$/,
      /^man\/promha\.1$/,
      /^schema\/inventory\.schema\.json$/,
      /^inventories\/(alertmanager|example|long-term)\.yml$/,
      /^inventories\/rules\/[\w.-]+\.yml$/,
      /^inventories\/templates\/[\w.-]+\.tmpl$/,
    ]
    assert.deepEqual(
      files.filter(file => !kinds.some(kind => kind.test(file))),
      [],
    )
    for (const kind of kinds)
      assert.ok(
        files.some(file => kind.test(file)),
        String(kind),
      )
  })

  it('brings every template, rule file and script of the checkout', async () => {
    const root = join(import.meta.dirname, '../..')
    const find = ['find', 'roles', '-type', 'f', '!', '-name', '*.ts']
    const [here, there] = await Promise.all(
      [root, join(installed.prefix, 'lib/node_modules/promha')].map(async at => {
        const { out } = await runIn(at, find)
        return out.trim().split('\n').sort()
      }),
    )
    assert.ok((here?.length ?? 0) > 20)
    assert.deepEqual(there, here)
  })

  it('is all that is installed', () => {
    assert.equal(existsSync(join(installed.prefix, 'lib/node_modules/promha/node_modules')), false)
  })

  it('says its version and shows its help', async () => {
    const version = await runIn(folder, [installed.program, '--version'])
    assert.deepEqual(version, { code: 0, out: `${manifest.version}\n`, err: '' })
    const help = await runIn(folder, [installed.program, '--help'])
    assert.equal(help.code, 0)
    assert.match(help.out, /^Usage: promha /)
  })

  it('validates and plans a site in a folder of its own', async () => {
    const valid = await runIn(folder, [installed.program, 'validate'])
    assert.equal(valid.code, 0, valid.err)
    // No host answers, and everything before that is done: the templates are rendered and the programs are there.
    const plan = await runIn(folder, [installed.program, 'plan', '--json'])
    assert.equal(plan.code, 3, plan.out + plan.err)
    const { hosts } = JSON.parse(plan.out)
    assert.deepEqual(
      Object.values<{ status: string }>(hosts).map(({ status }) => status),
      ['unreachable', 'unreachable'],
    )
  })

  it('may be run from a prefix of root, and from a prefix of the user', async () => {
    assert.equal(findForeignBelow(join(installed.prefix, 'lib')), undefined)
    assert.equal(findForeignBelow(join(installed.prefix, 'lib'), new Set([0, stranger])), undefined)
    const home = mkdtempSync(join(tmpdir(), 'promha-package-'))
    try {
      chownSync(home, stranger, stranger)
      chmodSync(directory, 0o755)
      const asUser = ['setpriv', `--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups']
      const own = await installGlobally(installed.packed, home, join(home, 'cache'), asUser)
      assert.equal(findForeignBelow(join(home, 'lib'), new Set([0, stranger])), undefined)
      for (const program of [installed.program, own]) {
        const { code, err } = await runIn(folder, [...asUser, program, 'validate'], { HOME: home })
        assert.equal(code, 0, err)
      }
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})

/** A release of each program, which is accepted by no list and so is not run here. */
async function putPrograms(folder: string): Promise<void> {
  for (const [component, version] of Object.entries(versions)) {
    const made = await makeRelease(component as keyof typeof versions, version, localArch(), 1_000)
    const at = join(folder, 'programs', made.folder)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, made.archive), made.content)
    writeFileSync(join(at, 'sha256sums.txt'), `${sha256(made.content)}  ${made.archive}\n`)
  }
}
