/** Warnings about files on the hosts that a config names and promha does not ship. */
import { posix } from 'node:path'
import { jobsOf } from '../../../roles/prometheus/settings/jobs.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { filesOnAll } from '../../inventory/cell/words-on.ts'
import { belowRoot, brings, isHostGlob } from '../../inventory/file/host-paths.ts'
import type { Cell } from '../../inventory/model.ts'
import { at, memberPlace } from '../../inventory/text/place.ts'
import { pathsIn } from '../../inventory/upstream/paths-in.ts'
import { topologyProblem } from '../messages.ts'

interface Part {
  readonly value: unknown
  /** The directory below the root to which relative paths refer; the root itself if absent. */
  readonly below?: string
}

interface Bundle {
  readonly root: string
  /** Relative to the root. */
  readonly names: readonly string[]
  /** What the inventory calls the component. */
  readonly of: string
  /** Parts of the config that the user wrote. */
  readonly parts: readonly Part[]
  /** Relative paths of its config do not refer to the root, so only absolute ones are checked. */
  readonly absolute?: boolean
}

/** Reports paths below a component's config directory to which `files:` and the like ship nothing. */
export function checkHostFiles(cell: Cell, problems: Problem[]): void {
  for (const { root, names, of, absolute, parts } of bundlesOf(cell)) {
    const named = parts.flatMap(({ value, below = '' }) => pathsIn(value).map(one => ({ ...one, below })))
    for (const { owner, key, path, below } of named) {
      const onHost = posix.resolve(root, below, path)
      const name = belowRoot(onHost, root)
      if (absolute && !path.startsWith('/')) continue
      if (name === undefined || memberPlace(owner, key)?.expanded || brings(names, onHost, root)) continue
      // Another program may write matching files later.
      if (!isHostGlob(name)) problems.push(topologyProblem.fileNotShipped(at(owner, key), path, of, name))
    }
  }
}

function bundlesOf({ prometheus, alertmanager, blackbox }: Cell): readonly Bundle[] {
  const found: Bundle[] = []
  if (prometheus) {
    const hosts = prometheus.replicas.map(({ host }) => host)
    const { rules, jobFiles = [], targets, remoteWrite, alertmanagers, further } = prometheus
    const names = [...filesOnAll(prometheus, hosts), ...rules, ...jobFiles].map(({ name }) => name)
    found.push({
      root: '/etc/prometheus',
      names: [...names, ...Object.keys(targets).map(job => `file_sd/${job}.yml`)],
      of: 'prometheus',
      parts: [
        ...jobsOf(prometheus).map(({ job, below }) => ({ value: job, below })),
        ...[remoteWrite, alertmanagers, further].map(value => ({ value })),
      ],
    })
  }
  if (alertmanager) {
    const { config, hosts, templates } = alertmanager
    const names = [...templates, ...filesOnAll(alertmanager, hosts)].map(({ name }) => name)
    found.push({ root: '/etc/alertmanager', names, of: 'alertmanager', parts: [{ value: config }] })
  }
  if (blackbox) {
    const names = filesOnAll(blackbox, blackbox.hosts).map(({ name }) => name)
    const parts = [{ value: blackbox.modules }]
    found.push({ root: '/etc/blackbox_exporter', names, of: 'blackbox', parts, absolute: true })
  }
  return found
}
