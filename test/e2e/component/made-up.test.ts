/**
 * A component that promha does not know is one file below `roles/exporters/` and its line in `roles/exporters/catalogue.ts`: with
 * both in a copy of this checkout, all commands know it.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { localArch } from '../../../src/artifact/model.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { converged, promha } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const host = 'app-01'
const name = 'made_up_exporter'
const version = '1.2.3'

/** Its program is Debian's node exporter under another name. */
const definition = `import { program, promuRelease } from '../release.ts'
import { exporter } from './definition.ts'

export const madeUpExporter = exporter({
  key: 'made_up',
  of: 'what is made up',
  release: {
    version: '${version}',
    upstream: promuRelease('example/${name}'),
    debian: {
      packages: [{ name: 'prometheus-node-exporter' }],
      members: [program('usr/bin/prometheus-node-exporter', '${name}')],
    },
  },
  port: 9777,
  flagsCheck: {},
})
`

/** The built program of a copy of the checkout that has the component too. */
async function buildWithComponent(copy: string): Promise<string> {
  for (const part of ['src', 'roles', 'scripts', 'package.json', 'tsconfig.json'])
    await cp(join(checkout, part), join(copy, part), { recursive: true })
  await symlink(join(checkout, 'node_modules'), join(copy, 'node_modules'))
  await writeFile(join(copy, 'roles/exporters/made_up.ts'), definition)
  await appendFile(join(copy, 'roles/exporters/catalogue.ts'), "export * from './made_up.ts'\n")
  await execa(process.execPath, [join(copy, 'scripts/build.mjs')])
  return join(copy, 'dist/promha.js')
}

/** A release in upstream's form: an archive with one folder, and its hash beside it. */
async function makeRelease(directory: string, binary: string): Promise<string> {
  const releases = join(directory, 'releases')
  const folder = `${name}-${version}.linux-${localArch()}`
  await mkdir(join(releases, folder), { recursive: true })
  await cp(binary, join(releases, folder, name))
  await execa('tar', ['-C', releases, '-czf', join(releases, `${folder}.tar.gz`), folder])
  await rm(join(releases, folder), { recursive: true })
  const archive = await readFile(join(releases, `${folder}.tar.gz`))
  const hash = createHash('sha256').update(archive).digest('hex')
  await writeFile(join(releases, 'sha256sums.txt'), `${hash}  ${folder}.tar.gz\n`)
  return releases
}

describe('a made-up component', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let directory = ''
  let program = ''
  let site: Site

  const on = (script: string) => fleet.inside(host, script)
  const run = (command: string, ...flags: string[]) => site.runIn({ program }, command, ...flags)
  const include = (entry: object | undefined) =>
    site.edit(({ cells: { lab } }) => {
      const { node } = lab.exporters
      lab.exporters = entry ? ({ node, made_up: entry } as never) : { node }
    })
  const metrics = () =>
    on(
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/9777; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3' | head -n 1`,
    )
  /** Whatever is on the host of it, a line each. */
  const traces = () =>
    on(
      `ls -d /etc/systemd/system/${name}.service /usr/local/bin/${name} /var/lib/promha/state/${name} 2>/dev/null || :
       systemctl list-units --all --plain --no-legend ${name}.service; getent passwd made-up-exp || :`,
    )
  const upOf = ({ checks = [] }: Document) =>
    checks.find(({ id, target }) => id === 'exporter.up' && target === `${host}/${name}`)?.status

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-made-up-'))
    const copy = join(directory, 'checkout')
    await mkdir(copy)
    program = await buildWithComponent(copy)
    site = await makeSite(fleet)
    await include({ hosts: [host] })
  })
  after(async () => {
    await site?.remove()
    await rm(directory, { recursive: true, force: true })
  })

  it('is not known without its file and its entry', async () => {
    const { code, stdout, stderr } = await site.run('validate')
    assert.equal(code, 1, stdout + stderr)
    assert.match(stdout + stderr, /made_up/)
  })

  it('is validated, by its flags too', async () => {
    const { code, stdout, stderr } = await run('validate')
    assert.equal(code, 0, stdout + stderr)
    await include({ hosts: [host], flags: { 'web.listen-address': ':1' } })
    assert.equal((await run('validate')).code, 1)
    await include({ hosts: [host] })
  })

  it('is planned', async () => {
    const { code, document } = await run('plan', '--json')
    assert.equal(code, 2)
    const resources = document().hosts?.[host]?.changes?.map(({ resource }) => resource)
    for (const expected of ['user:made-up-exp', `program:/usr/local/bin/${name}`])
      assert.ok(resources?.includes(expected), `${expected} is not among ${resources}`)
    assert.equal(await traces(), '')
  })

  it('is applied and scraped, and a second apply changes nothing', async () => {
    assert.equal(upOf(converged(await run('apply', '--json'))), 'pass')
    assert.match(await metrics(), /^HTTP\/1\.. 200/)
    assert.match(await on(`ps -o user:20= -p "$(systemctl show -P MainPID ${name})"`), /made-up-exp/)
    assert.equal(converged(await run('apply', '--json')).changed, 0)
  })

  it('is verified, and has its row in status', async () => {
    assert.equal(upOf(converged(await run('verify', '--json'))), 'pass')
    const { status = [] } = converged(await run('status', '--json'))
    assert.ok(status.some(row => row.host === host && row.component === name))
  })

  it('is put right where it drifted', async () => {
    const unit = `/etc/systemd/system/${name}.service`
    const before = await on(`cat ${unit}`)
    await on(`systemctl stop ${name}; echo '# by hand' >> ${unit}`)
    const { code, stdout } = await run('drift', '--json')
    assert.equal(code, 2, stdout)
    assert.ok(stdout.includes(`file:${unit}`) || stdout.includes(`unit:${name}`), stdout)
    converged(await run('drift', '--fix', '--json'))
    assert.equal(await on(`cat ${unit}`), before)
    assert.match(await metrics(), /^HTTP\/1\.. 200/)
  })

  it('comes from a directory of releases too', async () => {
    const releases = await makeRelease(directory, join(fleet.host(host).root, 'usr/local/bin', name))
    const other = fleet.host('app-02')
    const inventory = join(directory, 'inventory.yml')
    const alone = {
      promha: 1,
      ssh: { config: fleet.lab().sshConfig },
      artifacts: { from: releases },
      hosts: { [other.name]: { address: other.address, ssh: { sudo: false } } },
      cells: { alone: { exporters: { made_up: { hosts: [other.name] } } } },
    }
    await writeFile(inventory, stringify(alone))
    const runAlone = (command: string, ...flags: string[]) =>
      promha([command, inventory, '--json', ...flags], { program })
    converged(await runAlone('apply', '--only', name))
    assert.equal(await fleet.inside(other.name, `systemctl is-active ${name}`), 'active')
    assert.match(await readFile(join(directory, 'inventory.lock.yml'), 'utf8'), /made_up_exporter-1\.2\.3/)
    converged(await runAlone('destroy', '--yes', '--only', name))
    assert.equal(await fleet.inside(other.name, `ls /usr/local/bin/${name} 2>/dev/null || :`), '')
  })

  it('goes again where it is taken out of the inventory', async () => {
    await include(undefined)
    converged(await run('apply', '--json'))
    assert.equal(await traces(), '')
    assert.match(await on('systemctl is-active node_exporter'), /^active/)
  })

  it('is destroyed', async () => {
    await include({ hosts: [host] })
    assert.equal(upOf(converged(await run('apply', '--json'))), 'pass')
    const { code, stdout } = await run('destroy', '--yes', '--json')
    assert.equal(code, 0, stdout)
    assert.equal(await traces(), '')
  })
})
