import { debianProblem } from '../../../src/artifact/debian/messages.ts'
import { downloadProblem } from '../../../src/artifact/http/messages.ts'
import { fetchProblem } from '../../../src/artifact/messages.ts'
import { samples } from '../samples.ts'

const url = 'https://mirror.example/prometheus.tar.gz'
const release = 'https://mirror.example/debian/dists/trixie/InRelease'
const hashes = { where: url, expected: 'ab12', seen: 'cd34' }
const looked = { detail: 'Looked in /etc/apt/sources.list.', own: ' Name its `artifacts.keyring`.' }

export const downloadSamples = samples(downloadProblem, {
  missing: [[url, 404]],
  refused: [[url, 403]],
  failed: [[url, 500]],
  noAnswer: [
    [url, 'the connection was refused', undefined],
    [url, 'the connection was refused', 'https_proxy'],
  ],
  badProxy: [['Invalid URL', ['https_proxy', 'HTTP_PROXY']]],
  redirectToHttp: [[url, 'http://mirror.example/']],
  redirectLost: [[url, 'more than 10 redirects']],
  leadsOut: [['https://mirror.example/debian', '%2e%2e/pool/x.deb']],
  tooLarge: [[url, 2048]],
  diskFull: [['/cache', 2048, 1024]],
  notAsLocked: [[hashes]],
  notAsPublished: [[hashes]],
})

export const debianSamples = samples(debianProblem, {
  noSource: [[looked]],
  noSourceForHosts: [[looked, 'trixie', 'or install them by hand']],
  suiteNotFound: [['trixie', [`${release} does not exist.`], 'Check `artifacts.suite`.']],
  otherSuite: [[release, 'is of another suite: expected trixie, seen bookworm']],
  badSignature: [[release, 'is not signed']],
  expired: [[release, 0]],
  listRefused: [[release, 'Hash Sum mismatch']],
  noArchitecture: [[{ suite: 'trixie', arch: 'arm64', url: release, remedy: 'Choose another suite.' }]],
  noKeyring: [[release]],
  noApt: [[]],
  packagesLacking: [
    [{ names: 'keepalived', release: 'trixie', arch: 'arm64', why: 'no candidate' }, undefined],
    [{ names: 'keepalived', release: 'trixie', arch: 'arm64', why: 'no candidate' }, 'promha.lock.yml'],
  ],
  buildGone: [
    [
      {
        component: 'prometheus',
        version: '3.5.0',
        suite: 'trixie',
        locked: 'a sha256 ab12',
        now: ['b', 'c'],
      },
    ],
  ],
})

export const fetchSamples = samples(fetchProblem, {
  cacheIsLink: [['/home/bob/.cache/promha']],
  cacheNotOurs: [
    ['/cache', { path: '/cache', why: 'can be written by its group', remedy: 'Run `chmod g-w /cache`.' }],
  ],
  lockFileNotPlain: [['promha.lock.yml', 64]],
  diskFault: [
    [
      {
        doing: 'cannot write',
        path: '/cache/ab12',
        seen: 'the disk is full',
        remedy: 'Free some disk space, then run the command again.',
      },
    ],
  ],
  lockFileUnwritable: [['promha.lock.yml', 'permission denied', 'Let this user write it.']],
  hashListInCheckout: [['/srv/promha/trusted, which PROMHA_TRUSTED names,', '/srv/promha']],
  hashListNotOurs: [
    [
      {
        name: '/etc/promha/trusted, which PROMHA_TRUSTED names,',
        path: '/etc/promha',
        why: 'can be written by its group',
        remedy: 'Run `chmod g-w /etc/promha`.',
      },
    ],
  ],
  untrusted: [['promtool', 'prometheus 3.5.0 (upstream, amd64)']],
  plainHttp: [['mirror.example', 'promha.lock.yml']],
  memberMissing: [['prometheus-3.5.0.linux-amd64.tar.gz', 'promtool', 'ab12']],
  noChecksums: [['shop_exporter', '0', '/srv/promha/inventory.lock.yml']],
  hashNotAsLocked: [
    [
      {
        what: 'mine 1.0.0 (upstream, amd64)',
        locked: 'mine sha256 ab12',
        now: 'mine sha256 cd34',
        lockFile: 'promha.lock.yml',
      },
    ],
  ],
  notInDebian: [['redis_exporter']],
  notInSuite: [
    [
      {
        suite: 'trixie',
        name: 'prometheus-redis-exporter',
        debianArch: 'arm64',
        component: 'redis_exporter',
      },
    ],
  ],
  otherVersionInSuite: [[{ suite: 'trixie', component: 'prometheus', version: '2.53.3', wanted: '3.5.0' }]],
  noChecksumBeside: [
    [
      {
        path: '/srv/releases/prometheus.tar.gz',
        beside: '/srv/releases/sha256sums.txt',
        archive: 'prometheus.tar.gz',
        directory: '/srv/releases',
        checksums: 'sha256sums.txt',
      },
    ],
  ],
  archiveNotPlain: [['/srv/releases/prometheus.tar.gz']],
  notInDirectory: [
    [
      {
        component: 'prometheus',
        version: '3.5.0',
        arch: 'arm64',
        directory: '/srv/releases',
        paths: ['prometheus-3.5.0.linux-arm64.tar.gz', 'v3.5.0/prometheus-3.5.0.linux-arm64.tar.gz'],
      },
    ],
  ],
  notReleasedForArch: [
    [
      {
        component: 'prometheus',
        version: '3.5.0',
        archive: 'prometheus-3.5.0.linux-armv7.tar.gz',
        url: 'https://mirror.example/sha256sums.txt',
        arch: 'armv7',
      },
    ],
  ],
  notReleased: [
    [
      {
        component: 'prometheus',
        version: '3.99.0',
        arch: 'arm64',
        url: 'https://mirror.example/v3.99.0/sha256sums.txt',
      },
    ],
  ],
  mirrorNotAsked: [['https://***@mirror.example/']],
  notUnpackable: [['prometheus.tar.gz', 'unexpected end of file']],
  noVersion: [['prometheus']],
  otherSize: [['prometheus.tar.gz', 2048]],
  packageGone: [
    [
      {
        name: 'prometheus',
        version: '2.53.3+ds1-1',
        suite: 'trixie',
        file: 'pool/main/p/prometheus/prometheus_2.53.3.deb',
        sha256: 'ab12',
      },
    ],
  ],
  notAsLocked: [
    [
      {
        what: 'prometheus 3.5.0 (upstream, amd64)',
        locked: 'prometheus.tar.gz sha256 ab12',
        fetched: 'prometheus.tar.gz sha256 cd34',
        lockFile: 'promha.lock.yml',
      },
    ],
  ],
  packageNotAsLocked: [
    [
      {
        name: 'keepalived',
        locked: 'keepalived 2.3.3 (debian, amd64) sha256 ab12',
        fetched: 'keepalived 2.3.3 (debian, amd64) sha256 cd34',
        lockFile: 'promha.lock.yml',
      },
    ],
  ],
  twoHashes: [['https://mirror.example/sha256sums.txt', 'prometheus.tar.gz', ['ab12', 'cd34']]],
  notAProgram: [['mine', 'is an HTML page', ['mine-1.0.0']]],
  otherArchitecture: [[{ component: 'mine', machine: 'arm64', arch: 'amd64', archives: ['mine-1.0.0'] }]],
  hashListUnwritable: [['/etc/promha/trusted', 'permission denied', '/etc/promha']],
  notMadeFor: [['ipmi_exporter', 'armv7', ['amd64', 'arm64']]],
  notInArchive: [[['prometheus.tar.gz'], 'promtool', 'prometheus']],
  lockFileDamaged: [['it is not valid YAML', 'Restore it from version control.']],
  otherBuild: [
    ['prometheus 2.53.3 (debian, amd64)', ['prometheus_2.53.3-1.deb'], ['prometheus_2.53.3-2.deb']],
  ],
  unknownArchitecture: [['riscv64', ['amd64', 'arm64', 'armv7']]],
})
