/** The stores' programs that their Go modules give, and how each is built. Upstream's archives need no build. */
export interface GoProgram {
  /** The folder of its module below `bench/stores/modules`. */
  readonly name: string
  readonly version: string
  /** Go packages, each of which becomes a program. */
  readonly packages: readonly string[]
  /** What the programs are called; a build that does not give all of them has failed. */
  readonly files: readonly string[]
  readonly ldflags: string
  readonly tags?: string
}

const small = '-s -w'
const promuVersion = (version: string) =>
  `${small} -X github.com/prometheus/common/version.Version=${version}`

/** In the order in which they are of use. */
export const goPrograms: readonly GoProgram[] = [
  {
    name: 'victoriametrics',
    version: '1.151.0',
    packages: ['github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics'],
    files: ['victoria-metrics'],
    // Without this it tells no version, not even in its metrics.
    ldflags: `${small} -X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-metrics-20261001-000000-tags-v1.151.0-0`,
  },
  {
    name: 'prometheus',
    version: '3.16.0',
    packages: [
      'github.com/prometheus/prometheus/cmd/prometheus',
      'github.com/prometheus/prometheus/cmd/promtool',
    ],
    files: ['prometheus', 'promtool'],
    ldflags: promuVersion('3.16.0'),
  },
  {
    name: 'thanos',
    version: '0.42.4',
    packages: ['github.com/thanos-io/thanos/cmd/thanos'],
    files: ['thanos'],
    ldflags: promuVersion('0.42.4'),
    tags: 'netgo,slicelabels',
  },
  {
    // From which a site is upgraded. The last minor version that needs other flags of Prometheus than newer ones.
    name: 'thanos-0.40',
    version: '0.40.1',
    packages: ['github.com/thanos-io/thanos/cmd/thanos'],
    files: ['thanos'],
    ldflags: promuVersion('0.40.1'),
    tags: 'netgo,slicelabels',
  },
  {
    name: 'cortex',
    version: '1.21.1',
    packages: ['github.com/cortexproject/cortex/cmd/cortex'],
    files: ['cortex'],
    ldflags: `${small} -X main.Version=1.21.1`,
    tags: 'netgo,slicelabels',
  },
  {
    name: 'm3',
    version: '1.5.0',
    packages: ['github.com/m3db/m3/src/cmd/services/m3dbnode/main'],
    // Go calls a program after the folder of its package.
    files: ['main'],
    // Its dependencies reach into Go's runtime, which newer linkers refuse.
    ldflags: `${small} -checklinkname=0`,
  },
  {
    name: 'gofakes3',
    version: '1.2.0',
    packages: ['.'],
    files: ['gofakes3'],
    ldflags: small,
  },
]

/** Throws if there is no such program, with the names of those that there are. */
export function goProgram(name: string): GoProgram {
  const found = goPrograms.find(one => one.name === name)
  if (found) return found
  throw new Error(
    `there is no program ${name} to build: there are ${goPrograms.map(one => one.name).join(', ')}`,
  )
}
