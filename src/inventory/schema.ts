/** The shape of an inventory. Rules between fields are checked by the code that builds the parts. */
import * as z from 'zod/mini'
import { releasedComponents } from '../../roles/index.ts'

const text = z.string()
const texts = z.array(text)
const textMap = z.record(text, text)
/** Upstream reads any scalar as a text there. */
export const labelsSchema = z.record(text, z.union([text, z.number(), z.boolean()]))
/** Upstream's own form: any map. */
const upstream = z.record(text, z.unknown())
const listOrPath = z.union([text, z.array(upstream)])
/** Paths and globs of files, which may hold whole configs, and jobs beside them. */
const jobsOrPaths = z.union([text, z.array(z.union([upstream, text]))])
const word = z.union([text, z.number()])
/** A flag that may be repeated takes a list; with nothing after the colon it is a bare switch. */
const flags = z.record(text, z.union([text, z.number(), z.boolean(), z.null(), z.array(word)]))
/** A key that may be left out; with nothing after the colon it counts as left out. */
const maybe = z.nullish

const ownWords = {
  listen: maybe(text),
  flags: maybe(flags),
  environment: maybe(z.record(text, z.union([text, z.number(), z.boolean()]))),
  limits: maybe(z.strictObject({ memory: maybe(word), files: maybe(z.number()) })),
}
/** The value under `per_host` for a host, a group or a glob. */
const hostWords = z.strictObject(ownWords)
const words = {
  ...ownWords,
  per_host: maybe(z.record(text, z.nullable(hostWords))),
}
const peerWords = z.strictObject({ ...hostWords.shape, cluster_listen: maybe(text) })

const sshKeys = {
  user: maybe(text),
  port: maybe(z.number()),
  identity: maybe(text),
  sudo: maybe(z.union([z.boolean(), z.strictObject({ password: text, same_for: maybe(texts) })])),
  jump: maybe(text),
  known_hosts: maybe(text),
  host_key: maybe(text),
  config: maybe(z.union([text, z.literal(false)])),
}

/** Losses that are accepted where promha takes over what is there already. */
const adopt = z.strictObject({ accept: maybe(texts) })

const host = z.strictObject({
  address: maybe(text),
  adopt: maybe(adopt),
  labels: maybe(labelsSchema),
  ssh: maybe(z.strictObject({ ...sshKeys, host: maybe(text) })),
})

const prometheusKeys = {
  replicas: maybe(textMap),
  replica_label: maybe(text),
  data_dir: maybe(text),
  retention: maybe(z.strictObject({ time: maybe(word), size: maybe(word) })),
  global: maybe(upstream),
  external_labels: maybe(labelsSchema),
  scrape_configs: maybe(jobsOrPaths),
  scrape_config_files: maybe(texts),
  targets: maybe(
    z.record(text, z.array(z.strictObject({ targets: maybe(texts), labels: maybe(labelsSchema) }))),
  ),
  rule_files: maybe(texts),
  rule_tests: maybe(texts),
  standard_rules: maybe(z.union([text, texts])),
  remote_write: maybe(listOrPath),
  remote_read: maybe(listOrPath),
  storage: maybe(upstream),
  tracing: maybe(upstream),
  otlp: maybe(upstream),
  runtime: maybe(upstream),
  alert_relabel_configs: maybe(listOrPath),
  alertmanagers: maybe(listOrPath),
  files: maybe(textMap),
  ...words,
}
/** Unknown keys may be those of a later Prometheus: `passed-on.ts` passes them on, or refuses misspelt ones. */
const prometheus = z.catchall(z.object(prometheusKeys), z.unknown())

const alertmanager = z.strictObject({
  hosts: maybe(texts),
  config: maybe(z.union([text, upstream])),
  templates: maybe(texts),
  files: maybe(textMap),
  cluster_listen: maybe(text),
  ...words,
  per_host: maybe(z.record(text, z.nullable(peerWords))),
})

/** Besides these, a parameter of the exporter's. */
const exporterProbe = z.catchall(
  z.object({
    targets: maybe(texts),
    labels: maybe(labelsSchema),
    interval: maybe(text),
    timeout: maybe(text),
  }),
  maybe(word),
)

/** A release of any project on GitHub. */
const program = z.strictObject({
  repo: maybe(text),
  version: maybe(text),
  tag: maybe(text),
  asset: maybe(text),
  checksums: maybe(text),
  file: maybe(text),
})

const exporter = z.strictObject({
  use: maybe(text),
  program: maybe(z.union([text, program])),
  port: maybe(z.number()),
  ready: maybe(text),
  listen_flag: maybe(text),
  hosts: maybe(texts),
  config: maybe(z.union([text, upstream])),
  files: maybe(textMap),
  probes: maybe(z.array(exporterProbe)),
  ...words,
})
const exporters = z.record(text, z.optional(exporter))

const failover = z.strictObject({
  vip: maybe(text),
  interface: maybe(text),
  vrid: maybe(z.number()),
  haproxy: maybe(z.strictObject({ port: maybe(z.number()) })),
})

const pushgateway = z.strictObject({
  active: maybe(text),
  passive: maybe(text),
  failover: maybe(failover),
  ...words,
})

const probe = z.strictObject({
  module: maybe(text),
  targets: maybe(texts),
  labels: maybe(labelsSchema),
  interval: maybe(text),
  timeout: maybe(text),
})

const blackbox = z.strictObject({
  hosts: maybe(texts),
  failover: maybe(failover),
  modules: maybe(z.union([text, upstream])),
  probes: maybe(z.array(probe)),
  files: maybe(textMap),
  ...words,
})

const loadbalancer = z.strictObject({
  hosts: maybe(texts),
  vip: maybe(text),
  interface: maybe(text),
  vrid: maybe(z.number()),
  port: maybe(z.number()),
})

const federation = z.strictObject({ from: maybe(texts), match: maybe(texts) })

/** Never on by default, so `enabled` is required. */
const firewall = z.strictObject({ enabled: z.boolean() })

// A component with nothing after the colon is an error: it could mean "with the defaults" as well as "none".
const cell = z.strictObject({
  hosts: maybe(texts),
  adopt: maybe(adopt),
  allow_shared_host: maybe(z.boolean()),
  prometheus: z.optional(prometheus),
  alertmanager: z.optional(alertmanager),
  exporters: maybe(exporters),
  pushgateway: z.optional(pushgateway),
  blackbox: z.optional(blackbox),
  loadbalancer: z.optional(loadbalancer),
  federation: z.optional(federation),
  firewall: z.optional(firewall),
})

const componentVersions = z.strictObject(
  Object.fromEntries(releasedComponents.map(component => [component, maybe(text)])),
)

export const inventorySchema = z.strictObject({
  promha: maybe(z.number()),
  ssh: maybe(z.strictObject(sshKeys)),
  artifacts: maybe(
    z.strictObject({
      from: maybe(text),
      suite: maybe(text),
      cache: maybe(text),
      keyring: maybe(text),
      components: maybe(
        z.record(text, z.nullable(z.strictObject({ from: maybe(text), suite: maybe(text) }))),
      ),
    }),
  ),
  versions: maybe(componentVersions),
  hosts: maybe(z.record(text, z.nullable(host))),
  groups: maybe(z.record(text, texts)),
  defaults: maybe(cell),
  cells: maybe(z.record(text, z.nullable(cell))),
})

/** Components that an empty map turns on with their defaults. For others, the next error says what is missing. */
export const mayBeEmpty: ReadonlySet<unknown> = new Set<unknown>([exporter])

/** For values that are not a map: the map that the user probably meant. */
export const mapForms: ReadonlyMap<unknown, (value: unknown) => string> = new Map<
  unknown,
  (value: unknown) => string
>([
  [firewall, value => `{ enabled: ${value !== false} }`],
  [failover, () => '{ vip: ADDRESS/PREFIX }'],
  [adopt, () => '{ accept: [data_path] }'],
])

/** Keys that users expect in a map because similar ones have them, by map, with what to write instead. */
export const keysOfSiblings: ReadonlyMap<unknown, Readonly<Record<string, string>>> = new Map<
  unknown,
  Readonly<Record<string, string>>
>([
  [
    prometheus,
    {
      alerting:
        'promha writes it: name Alertmanagers outside the cell under "alertmanagers", and relabel under "alert_relabel_configs"',
    },
  ],
  [loadbalancer, { failover: 'write "vip: ADDRESS/PREFIX" directly under loadbalancer' }],
])

/** Reserved keys that this release does not support yet, by map. */
export const notBuiltYet: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  [cell, ['storage', 'grafana']],
  [failover, ['dns']],
  [componentVersions, ['victoriametrics', 'thanos', 'cortex', 'mimir', 'm3', 'm3db', 'grafana']],
])

/** Parts of a cell that may have keys of later releases. */
export const openParts: Readonly<Record<string, unknown>> = { prometheus }

export type LabelsText = z.infer<typeof labelsSchema>
export type InventoryText = z.infer<typeof inventorySchema>
export type SshText = z.infer<z.ZodMiniObject<typeof sshKeys & { host: typeof sshKeys.user }>>
export type AdoptText = z.infer<typeof adopt>
export type HostText = z.infer<typeof host>
export type CellText = z.infer<typeof cell>
export type PrometheusText = z.infer<typeof prometheus>
export type AlertmanagerText = z.infer<typeof alertmanager>
export type ExporterText = z.infer<typeof exporter>
export type FailoverText = z.infer<typeof failover>
export type PushgatewayText = z.infer<typeof pushgateway>
export type BlackboxText = z.infer<typeof blackbox>
export type ProbeText = z.infer<typeof probe>
export type LoadbalancerText = z.infer<typeof loadbalancer>
export type FederationText = z.infer<typeof federation>
export type HostWordsText = z.infer<typeof peerWords>
export type FlagsText = z.infer<typeof flags>
