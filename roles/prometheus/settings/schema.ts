/** `prometheus:` of a cell, as it is written and as the model has it. */
import type { CommonSettings, UserFile, YamlMap } from '../../../src/inventory/model.ts'
import * as t from '../../../src/inventory/schema/schema-words.ts'

const passedOn = { storage: t.upstream, tracing: t.upstream, otlp: t.upstream, runtime: t.upstream }
/** Further parts of prometheus.yml: promha passes them on unchanged. */
export const upstreamParts: readonly string[] = Object.keys(passedOn)

const ownKeys = {
  replicas: t.textMap,
  replica_label: t.text,
  data_dir: t.text,
  retention: t.keys({ time: t.word, size: t.word }),
  global: t.upstream,
  external_labels: t.labels,
  /** Paths and globs of files, which may hold whole configs, and jobs beside them. */
  scrape_configs: t.either([t.text, t.listOf(t.either([t.upstream, t.text]))]),
  scrape_config_files: t.texts,
  targets: t.mapOf(t.listOf(t.keys({ targets: t.texts, labels: t.labels }))),
  rule_files: t.texts,
  rule_tests: t.texts,
  standard_rules: t.either([t.text, t.texts]),
  remote_write: t.listOrPath,
  remote_read: t.listOrPath,
  ...passedOn,
  alert_relabel_configs: t.listOrPath,
  alertmanagers: t.listOrPath,
  ...t.words,
}

/** Unknown keys may be those of a later Prometheus. */
export const schema = t.noted(t.keysAnd(ownKeys, t.anything), {
  elsewhere: {
    hosts: 'Name its hosts under "replicas: { a: HOST, b: HOST }".',
    alerting:
      'Remove it: name Alertmanagers outside the cell under "alertmanagers", and relabel under "alert_relabel_configs".',
  },
})

/** Whether promha knows the key, whatever a later Prometheus has. */
export function isOwnKey(key: string): boolean {
  return Object.hasOwn(ownKeys, key)
}

export type PrometheusText = t.TextOf<typeof schema>

export interface PrometheusSettings extends CommonSettings {
  /** In the order of the keys: `a`, `b`, … */
  readonly replicas: readonly { readonly name: string; readonly host: string }[]
  readonly replicaLabel: string
  readonly dataDir: string
  readonly retention: { readonly time?: string; readonly size?: string }
  readonly global: YamlMap
  readonly externalLabels: Readonly<Record<string, string>>
  readonly scrapeConfigs: readonly YamlMap[]
  /** File and job name → groups of targets in file_sd's own form. */
  readonly targets: Readonly<Record<string, readonly YamlMap[]>>
  /** `name` is `scrape_configs/FILE`. */
  readonly jobFiles?: readonly JobFile[]
  /** `name` is `rules/FILE`. */
  readonly rules: readonly UserFile[]
  /** Of exporters that the cell has. Absent: the inventory says nothing of them, and none are loaded. */
  readonly standardRules?: readonly StandardRules[]
  /** Tests of the rules, for this machine only. */
  readonly ruleTests?: readonly RuleTest[]
  readonly remoteWrite: readonly YamlMap[]
  /** Further keys of prometheus.yml, each as upstream has it: `storage`, `remote_read`, … */
  readonly further?: YamlMap
  readonly alertRelabelConfigs: readonly YamlMap[]
  /** Alertmanagers outside the cell. */
  readonly alertmanagers: readonly YamlMap[]
  readonly files: readonly UserFile[]
  /** A part of prometheus.yml itself was read from outside the inventory's directory. */
  readonly outside?: true
}

/** The standard alert rules of all exporters of a kind. */
export interface StandardRules {
  /** What `standard_rules` calls them. */
  readonly key: string
  /** `rules/promha-KEY.yml` */
  readonly name: string
  /** The file in the package, relative to `roles/`. */
  readonly from: string
  /** The scrape jobs that they are about. */
  readonly jobs: readonly string[]
}

/** A file of `scrape_config_files`, in upstream's own form. */
export interface JobFile extends UserFile {
  readonly jobs: readonly YamlMap[]
  /** Not all jobs of the file are wanted, so these are written instead of it. */
  readonly changed?: true
}

/** A file of `rule_tests:`. */
export interface RuleTest {
  /** Absolute. */
  readonly file: string
  readonly content: string
  /** For messages. */
  readonly path: string
  readonly outside?: boolean
}

declare module '../../../src/inventory/model.ts' {
  interface Parts {
    prometheus: { text: PrometheusText; settings: PrometheusSettings }
  }
}
