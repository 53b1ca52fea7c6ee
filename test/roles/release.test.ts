/** Where upstream has the releases of the catalogue, by architecture. */
import assert from 'node:assert/strict'
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { definitions } from '../../roles/index.ts'

const catalogue: readonly ExporterDefinition[] = definitions.flatMap(({ exporter }) => exporter ?? [])

/** Its archive for amd64, arm64 and armv7 (null: none), its checksum file, and the program in the archive. */
type Row = readonly [folder: string, archives: readonly (string | null)[], checksums: string, member: string]

const arches = ['amd64', 'arm64', 'armv7'] as const

function promu(repository: string, version: string, last = 'armv7', tag = `v${version}`): Row {
  const name = repository.replace(/.*\//, '')
  const archive = (arch: string) => `${name}-${version}.linux-${arch}`
  return [
    `${repository}/releases/download/${tag}`,
    ['amd64', 'arm64', last].map(arch => `${archive(arch)}.tar.gz`),
    'sha256sums.txt',
    `${archive('amd64')}/${name}`,
  ]
}

/** Whose archives are of another form than promu's, or lie elsewhere than the manual. */
const unusual: Readonly<Record<string, Row>> = {
  cadvisor: [
    'google/cadvisor/releases/download/v0.60.5',
    ['cadvisor-v0.60.5-linux-amd64', 'cadvisor-v0.60.5-linux-arm64', null],
    'cadvisor-v0.60.5-linux-amd64.sha256',
    // What is not unpacked is called as its only member.
    'cadvisor-v0.60.5-linux-amd64',
  ],
  domain: [
    'caarlos0/domain_exporter/releases/download/v1.25.0',
    ['domain_exporter_1.25.0_linux_amd64.tar.gz', 'domain_exporter_1.25.0_linux_arm64.tar.gz', null],
    'domain_exporter_1.25.0_checksums.txt',
    'domain_exporter',
  ],
  fail2ban: [
    'hctrdev/fail2ban-prometheus-exporter/-/releases/v0.10.3/downloads',
    arches.map(arch => `fail2ban_exporter_0.10.3_linux_${arch}.tar.gz`),
    'fail2ban_exporter_0.10.3_checksums.txt',
    'fail2ban_exporter',
  ],
  kafka: withChecksums(promu('danielqsj/kafka_exporter', '1.9.0'), ''),
  mongodb: withChecksums(
    promu('percona/mongodb_exporter', '0.53.0', 'arm'),
    'mongodb_exporter_0.53.0_checksums.txt',
  ),
  nginx: [
    'nginx/nginx-prometheus-exporter/releases/download/v1.5.3',
    arches.map(arch => `nginx-prometheus-exporter_1.5.3_linux_${arch}.tar.gz`),
    'nginx-prometheus-exporter_1.5.3_checksums.txt',
    'nginx-prometheus-exporter',
  ],
  nvidia_gpu: [
    'utkuozdemir/nvidia_gpu_exporter/releases/download/v1.14.0',
    ['nvidia_gpu_exporter_1.14.0_linux_x86_64.tar.gz', 'nvidia_gpu_exporter_1.14.0_linux_arm64.tar.gz', null],
    'checksums.txt',
    'nvidia_gpu_exporter',
  ],
  process: withChecksums(promu('ncabatoff/process-exporter', '0.8.7'), 'checksums.txt'),
  redis: [
    'oliver006/redis_exporter/releases/download/v1.88.0',
    ['amd64', 'arm64', 'arm'].map(arch => `redis_exporter-v1.88.0.linux-${arch}.tar.gz`),
    'sha256sums.txt',
    'redis_exporter-v1.88.0.linux-amd64/redis_exporter',
  ],
  sql: promu('burningalchemist/sql_exporter', '0.24.6', 'armv7', '0.24.6'),
  ssl: [
    'ribbybibby/ssl_exporter/releases/download/v2.4.3',
    ['amd64', 'arm64', 'armv6'].map(arch => `ssl_exporter_2.4.3_linux_${arch}.tar.gz`),
    'ssl_exporter_2.4.3_checksums.txt',
    'ssl_exporter',
  ],
}

function withChecksums([folder, archives, , member]: Row, checksums: string): Row {
  return [folder, archives, checksums, member]
}

function rowOf({ release: { version, upstream } }: ExporterDefinition): Row {
  const { folder, checksums, members, architectures = {} } = upstream
  const word = (arch: (typeof arches)[number]) =>
    architectures[arch] === undefined ? arch : architectures[arch]
  const fill = (text: string, arch: string | null = word('amd64') ?? null) =>
    text
      .replaceAll('$ARCHIVE', '$FILE')
      .replaceAll('$ARCH', arch ?? '')
      .replaceAll('$V', version)
  const archives = arches.map(arch => {
    const own = word(arch)
    return own === null ? null : fill(upstream.archive, own)
  })
  return [
    fill(folder),
    archives,
    fill(checksums).replaceAll('$FILE', archives[0] ?? ''),
    fill(members[0]?.member ?? ''),
  ]
}

describe('the releases of the catalogue', () => {
  it('lie where each upstream puts them', () => {
    for (const one of catalogue) {
      const repository = new URL(one.manual).pathname.slice(1)
      assert.deepEqual(rowOf(one), unusual[one.key] ?? promu(repository, one.release.version), one.key)
    }
    assert.deepEqual(
      Object.keys(unusual).filter(key => !catalogue.some(one => one.key === key)),
      [],
    )
  })

  it('bring one program each, under the name of its unit', () => {
    for (const { exporter, release, name } of definitions) {
      if (!exporter || !release) continue
      const paths = [release.upstream, release.debian].flatMap(
        one => one?.members.map(({ path }) => path) ?? [],
      )
      assert.deepEqual([...new Set(paths)], [`/usr/local/bin/${name}`])
    }
  })

  it('lie at the project whose manual is named', () => {
    for (const { manual, release } of catalogue) {
      const { base = 'https://github.com', folder } = release.upstream
      assert.ok(`${base}/${folder}`.startsWith(`${manual}/`), manual)
    }
  })
})
