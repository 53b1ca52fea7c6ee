/** Exporters that are not in the catalogue: from a file beside the inventory, and from a release on a mirror. */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { after, before, describe, it } from 'mocha'
import { parse } from 'yaml'
import type { Document } from '../../../src/report/format/document.ts'
import { sha256, tarGz } from '../../artifact/support.ts'
import { useFleet } from '../support/fleet.ts'
import { converged, promha } from '../support/promha.ts'
import { makeSite, type Site, thrifty } from '../support/site.ts'

const host = 'app-01'

/** Debian's node exporter, as a program of the user's own. */
async function nodeExporter({ directory }: Site): Promise<Buffer> {
  const lock = parse(await readFile(join(directory, 'inventory.lock.yml'), 'utf8')) as {
    artifacts: { component: string; files: { sha256: string }[] }[]
  }
  const [file] = lock.artifacts.find(({ component }) => component === 'node_exporter')?.files ?? []
  return gunzipSync(await readFile(join(homedir(), '.cache/promha', `${file?.sha256}.gz`)))
}

describe('exporters of the inventory', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let program: Buffer
  let server: Server
  const files = new Map<string, Buffer>()

  const on = (script: string) => fleet.inside(host, script)
  const changed = async () => (JSON.parse((await site.run('apply', '--json')).stdout) as Document).changed

  const publish = async (version: string, content: Buffer) => {
    const archive = `told-${version}.linux-amd64.tar.gz`
    const packed = await tarGz({ [`told-${version}/told`]: content, LICENSE: 'free' })
    files.set(`/shop/told/releases/download/v${version}/${archive}`, packed)
    files.set(
      `/shop/told/releases/download/v${version}/sha256sums.txt`,
      Buffer.from(`${sha256(packed)}  ./${archive}\n`),
    )
  }

  const told = (version: string) => ({
    hosts: [host],
    port: 9982,
    flags: { ...thrifty },
    program: {
      repo: 'shop/told',
      version,
      asset: 'told-{version}.linux-{arch}.tar.gz',
      checksums: 'sha256sums.txt',
      file: 'told',
    },
  })

  before(async () => {
    site = await makeSite(fleet)
    program = await nodeExporter(site)
    server = createServer((request, response) => {
      const content = files.get(request.url ?? '')
      response.writeHead(content ? 200 : 404).end(content)
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    await publish('1.0.0', program)
    await mkdir(join(site.directory, 'bin'))
    await writeFile(join(site.directory, 'bin/mine'), program)
    const debian = { from: 'debian', suite: 'forky' }
    await site.edit(draft => {
      draft.artifacts = {
        from: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        components: { prometheus: debian, alertmanager: debian, node: debian },
      }
      Object.assign(draft.cells.lab.exporters, {
        mine: {
          hosts: [host],
          port: 9980,
          program: 'bin/mine',
          flags: { ...thrifty },
          environment: { WORD: 'x' },
        },
        mine_two: { use: 'mine', hosts: [host], listen: 'self:9981', flags: { ...thrifty } },
        told: told('1.0.0'),
      })
    })
  })
  after(async () => {
    server?.close()
    server?.closeAllConnections()
    await site?.remove()
  })

  const names = ['mine_exporter', 'mine_two_exporter', 'told_exporter']

  it('sets them up beside programs of other sources, and a second apply changes nothing', async () => {
    const document = converged(await site.run('apply', '--json'))
    const up = document.checks?.filter(({ id, status }) => id === 'exporter.up' && status === 'pass')
    for (const name of names)
      assert.ok(
        up?.some(({ target }) => target === `${host}/${name}`),
        `${name} is not up`,
      )
    assert.equal(await on(`systemctl is-active ${names.join(' ')}`), 'active\nactive\nactive')
    assert.equal(await on('ss -Hltn | grep -oE ":998[012] " | tr -d " " | sort'), ':9980\n:9981\n:9982')
    assert.equal(await changed(), 0)
  })

  it('refuses another file than the locked one, and takes it once it is accepted', async () => {
    const other = Buffer.concat([program, Buffer.from('newer')])
    await writeFile(join(site.directory, 'bin/mine'), other)
    const pid = () => on('systemctl show -P MainPID mine_exporter')
    const before = await pid()
    const refused = await site.run('apply', '--json')
    assert.notEqual(refused.code, 0)
    assert.match(refused.stdout, /mine_exporter 0 \(inventory, amd64\) is not what the lock file holds/)
    assert.equal(await pid(), before)
    assert.equal((await promha(['artifacts', 'fetch', site.inventory, '--update'])).code, 0)
    converged(await site.run('apply', '--json'))
    assert.notEqual(await pid(), before)
    assert.match(await on('sha256sum /usr/local/bin/mine_exporter'), new RegExp(sha256(other)))
  })

  it('takes another version, and takes away what leaves the inventory', async () => {
    const other = Buffer.concat([program, Buffer.from('1.1.0')])
    await publish('1.1.0', other)
    await site.edit(({ cells: { lab } }) => {
      lab.exporters = { node: lab.exporters.node, told: told('1.1.0') } as never
    })
    const { stdout: planned } = await site.run('plan', '--diff=full')
    assert.match(planned, /--- \/etc\/systemd\/system\/mine_exporter\.service\n.*\+\+\+ \/dev\/null\n.*@@/)
    assert.match(
      planned,
      /--- \/etc\/promha\/environment\/mine_exporter\n.*\n.*\(not shown: it may hold secrets\)/,
    )
    converged(await site.run('apply', '--json'))
    assert.match(await on('sha256sum /usr/local/bin/told_exporter'), new RegExp(sha256(other)))
    const left = await on('ls /etc/systemd/system /usr/local/bin | grep mine || :')
    assert.equal(left, '')
  })
})

describe('an exporter of the inventory in the place of another', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  const on = (script: string) => fleet.inside(host, script)
  const state = () => on('systemctl show -P ActiveState -P UnitFileState legacy_exporter')
  const command = () => on('systemctl show -P ExecStart legacy_exporter | grep -oE "/[a-z/_]+ " | head -n 1')
  const only = (exporters: object) =>
    site.edit(({ cells: { lab } }) => {
      lab.exporters = exporters as never
    })
  const legacy = (flags: object) =>
    only({ legacy: { hosts: [host], port: 9984, program: 'bin/legacy', flags: { ...thrifty, ...flags } } })
  const run = async (name: string, ...flags: readonly string[]) => {
    const { code, document } = await site.run(name, '--json', '-l', host, ...flags)
    return { code, ...document() }
  }

  before(async () => {
    site = await makeSite(fleet)
    await mkdir(join(site.directory, 'bin'))
    await writeFile(join(site.directory, 'bin/legacy'), await nodeExporter(site))
    await on(`printf '%s\\n' '[Service]' 'ExecStart=/bin/sleep infinity' '[Install]' 'WantedBy=multi-user.target' >/etc/systemd/system/legacy_exporter.service
      systemctl daemon-reload; systemctl enable --quiet --now legacy_exporter`)
  })
  after(async () => {
    await on(`systemctl disable --quiet --now legacy_exporter || :; rm -f /etc/systemd/system/legacy_exporter.service
      systemctl daemon-reload; sed -i /^legacy-exp:/d /etc/passwd`)
    await site?.remove()
  })

  it('is refused if its user is root', async () => {
    await on("echo 'legacy-exp:x:0:0::/:/bin/sh' >>/etc/passwd")
    await legacy({})
    const { code, errors = [] } = await run('apply')
    await on('sed -i /^legacy-exp:/d /etc/passwd')
    assert.notEqual(code, 0)
    assert.match(
      errors[0]?.summary ?? '',
      /^the user legacy-exp on app-01 is root, and legacy_exporter would run/,
    )
    assert.equal(await command(), '/bin/sleep ')
  })

  it('gives the place back if it does not come up, and sees that the other one stays up', async () => {
    await legacy({ 'no.such': true })
    const { code, hosts } = await run('apply')
    assert.deepEqual([code, hosts?.[host]?.status], [3, 'rolled-back'])
    assert.deepEqual([await command(), await state()], ['/bin/sleep ', 'active\nenabled'])
  })

  it('says when it leaves what it has replaced, which a destroy gives back', async () => {
    await legacy({})
    assert.equal((await run('apply')).code, 0)
    assert.equal(await command(), '/usr/local/bin/legacy_exporter ')
    await only({ node: { hosts: ['mon-a'] } })
    const { stderr } = await site.run('apply', '-l', host)
    assert.match(stderr, /legacy_exporter leaves app-01, and what promha replaced there does not come back/)
    assert.match(stderr, /`promha destroy -l app-01 --only legacy_exporter --restore`/)
    assert.equal(await command(), '')
    assert.equal((await run('destroy', '--restore', '--yes')).code, 0)
    assert.deepEqual([await command(), await state()], ['/bin/sleep ', 'active\nenabled'])
  })
})
