/** The archives of stores as each upstream lays them out and states their hashes, by its own build files: a server on loopback has them. */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { definitions } from '../../../roles/index.ts'
import { storeComponents } from '../../../roles/storage/stores.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { inventoryOf, opened, problemText, scratch, sha256, tarGz, testServer } from '../support.ts'

interface Row {
  readonly folder: string
  readonly archive: string
  /** In the archive; absent: it is the program itself. */
  readonly files?: readonly string[]
  readonly checksums: string
  /** `each`: a line for the archive and for each file; `bare`: the hash alone. */
  readonly lines: 'archives' | 'each' | 'bare'
}

const victoriaMetrics = 'VictoriaMetrics/VictoriaMetrics/releases/download/v$V'

const rows: readonly Row[] = [
  {
    folder: victoriaMetrics,
    archive: 'victoria-metrics-linux-amd64-v$V.tar.gz',
    files: ['victoria-metrics-prod'],
    checksums: 'victoria-metrics-linux-amd64-v$V_checksums.txt',
    lines: 'each',
  },
  {
    folder: victoriaMetrics,
    archive: 'victoria-metrics-linux-amd64-v$V-cluster.tar.gz',
    files: ['vminsert-prod', 'vmselect-prod', 'vmstorage-prod'],
    checksums: 'victoria-metrics-linux-amd64-v$V-cluster_checksums.txt',
    lines: 'each',
  },
  {
    folder: 'thanos-io/thanos/releases/download/v$V',
    archive: 'thanos-$V.linux-amd64.tar.gz',
    files: ['thanos-$V.linux-amd64/LICENSE', 'thanos-$V.linux-amd64/thanos'],
    checksums: 'sha256sums.txt',
    lines: 'archives',
  },
  {
    folder: 'cortexproject/cortex/releases/download/v$V',
    archive: 'cortex-linux-amd64',
    checksums: 'cortex-linux-amd64-sha-256',
    lines: 'bare',
  },
  {
    folder: 'grafana/mimir/releases/download/mimir-$V',
    archive: 'mimir-linux-amd64',
    checksums: 'mimir-linux-amd64-sha-256',
    lines: 'bare',
  },
  {
    folder: 'm3db/m3/releases/download/v$V',
    archive: 'm3_$V_linux_amd64.tar.gz',
    files: ['m3_$V_linux_amd64/LICENSE', 'm3_$V_linux_amd64/m3coordinator', 'm3_$V_linux_amd64/m3dbnode'],
    checksums: 'checksums.txt',
    lines: 'archives',
  },
  {
    folder: 'etcd-io/etcd/releases/download/v$V',
    archive: 'etcd-v$V-linux-amd64.tar.gz',
    files: ['etcd-v$V-linux-amd64/README.md', 'etcd-v$V-linux-amd64/etcd', 'etcd-v$V-linux-amd64/etcdctl'],
    checksums: 'SHA256SUMS',
    lines: 'archives',
  },
]

const released = definitions.filter(({ name, release }) => release && storeComponents.includes(name))

/** The head of a program for amd64, and its name. */
function elf(name: string): Buffer {
  const head = Buffer.alloc(64)
  head.write('\x7fELF\x02\x01\x01', 'latin1')
  head.writeUInt16LE(62, 18)
  return Buffer.concat([head, Buffer.from(name)])
}

describe('the archives of stores', () => {
  const server = testServer()
  const root = scratch()

  async function publish(row: Row, version: string, damaged = false) {
    const fill = (text: string) => text.replaceAll('$V', version)
    const files = (row.files ?? []).map(name => [fill(name), elf(fill(name))] as const)
    const archive = fill(row.archive)
    const content = row.files ? await tarGz(Object.fromEntries(files)) : elf(archive)
    const stated = damaged ? sha256('another one') : sha256(content)
    const each = row.lines === 'each' ? files.map(([name, file]) => `${sha256(file)}  ${name}`) : []
    const text = row.lines === 'bare' ? stated : [`${stated}  ${archive}`, ...each].join('\n')
    const folder = fill(row.folder)
    server.files.set(`/${folder}/${archive}`, content)
    server.files.set(`/${folder}/${fill(row.checksums)}`, Buffer.from(`${text}\n`))
  }

  /** A cell with that component alone. */
  async function inventoryWith({ key }: (typeof released)[number]): Promise<Inventory> {
    const directory = await mkdtemp(join(root, 'site-'))
    const made = inventoryOf(directory, { from: server.url, kind: 'mirror' })
    const part = (key ?? []).reduceRight<object>((below, name) => ({ [name]: below }), {})
    return { ...made, cells: [{ name: 'one', hosts: [], ...part }] } as unknown as Inventory
  }

  for (const one of released) {
    const version = one.release?.version ?? ''
    const folder = one.release?.upstream.folder
    const archive = one.release?.upstream.archive.replaceAll('$ARCH', 'amd64')
    const row = rows.find(each => each.folder === folder && each.archive === archive)

    it(`${one.name} is found in that of its upstream, and checked`, async () => {
      assert.ok(row, `${folder}/${archive} needs a row here`)
      await publish(row, version)
      const artifacts = await opened(await inventoryWith(one))
      const { files } = await artifacts.release(one.releaseName ?? one.name, 'amd64')
      assert.ok(files.length > 0)
      const names = (row.files ?? [row.archive]).map(name => name.replaceAll('$V', version))
      for (const { path, sha256: hash } of files) {
        const own = names.find(name => basename(name).startsWith(basename(path))) ?? assert.fail(path)
        assert.equal(hash, sha256(elf(own)))
      }
    })

    it(`${one.name} is refused if its archive is another one than its upstream states`, async () => {
      assert.ok(row)
      await publish(row, version, true)
      const artifacts = await opened(await inventoryWith(one))
      assert.match(
        await problemText(artifacts.release(one.releaseName ?? one.name, 'amd64')),
        /SHA-?256|hash|checksum/i,
      )
    })
  }
})
