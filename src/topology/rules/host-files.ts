/** Warnings about files on the hosts that a config names and promha does not ship. */
import { posix } from 'node:path'
import { type Problem, warning } from '../../diagnostic/problem.ts'
import { belowRoot, brings, isHostGlob } from '../../inventory/host-paths.ts'
import { jobsOf } from '../../inventory/jobs.ts'
import type { Cell } from '../../inventory/model.ts'
import { type PathIn, pathsIn } from '../../inventory/paths-in.ts'
import { at, memberPlace, quote } from '../../inventory/place.ts'

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
  for (const bundle of bundlesOf(cell)) {
    for (const { value, below = '' } of bundle.parts)
      for (const one of pathsIn(value)) missing(one, { ...bundle, below }, problems)
  }
}

function bundlesOf({ prometheus, alertmanager, blackbox }: Cell): readonly Bundle[] {
  return [
    ...(prometheus
      ? [
          {
            root: '/etc/prometheus',
            names: [
              ...[...prometheus.files, ...prometheus.rules, ...(prometheus.jobFiles ?? [])].map(
                ({ name }) => name,
              ),
              ...Object.keys(prometheus.targets).map(job => `file_sd/${job}.yml`),
            ],
            of: 'prometheus',
            parts: [
              ...jobsOf(prometheus).map(({ job, below }) => ({ value: job, below })),
              { value: prometheus.remoteWrite },
              { value: prometheus.alertmanagers },
              { value: prometheus.further },
            ],
          },
        ]
      : []),
    ...(alertmanager
      ? [
          {
            root: '/etc/alertmanager',
            names: [...alertmanager.templates, ...(alertmanager.files ?? [])].map(({ name }) => name),
            of: 'alertmanager',
            parts: [{ value: alertmanager.config }],
          },
        ]
      : []),
    ...(blackbox
      ? [
          {
            root: '/etc/blackbox_exporter',
            names: (blackbox.files ?? []).map(({ name }) => name),
            of: 'blackbox',
            parts: [{ value: blackbox.modules }],
            absolute: true,
          },
        ]
      : []),
  ]
}

type Beside = Bundle & { readonly below: string }

function missing(
  { owner, key, path }: PathIn,
  { root, names, of, absolute, below }: Beside,
  problems: Problem[],
): void {
  const onHost = posix.resolve(root, below, path)
  const name = belowRoot(onHost, root)
  const place = memberPlace(owner, key)
  if (absolute && !path.startsWith('/')) return
  if (name === undefined || place?.expanded || place?.placeholder || brings(names, onHost, root)) return
  // Another program may write matching files later.
  if (isHostGlob(name)) return
  problems.push(
    warning(`${quote(path)} is not among the files that promha ships for ${of}`, {
      ...at(owner, key),
      detail: `Expected: a file that is on each host already. \`promha apply\` fails if a program needs it and it is not there.`,
      remedy: `Ship it: ${name.startsWith('templates/') ? `add its path under "templates:"` : `add ${quote(name)} with its path here under "files:"`} of ${of}.`,
    }),
  )
}
