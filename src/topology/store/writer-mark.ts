/** One series a replica that says in a store who wrote it: without the replica label, nothing else there does. */
import type { YamlMap } from '../../inventory/model.ts'

/** Recorded by every replica, see `roles/storage/rules/storage.yml`. */
export const markedWriter = 'promha_writer'

/** Holds the name of the replica, on that series alone. */
export const writerLabel = 'writer'

/** A rule of `write_relabel_configs` that has to stand before the one that drops the replica label. */
export function writerMark(replicaLabel: string): YamlMap {
  return {
    source_labels: ['__name__', replicaLabel],
    regex: `${markedWriter};(.+)`,
    target_label: writerLabel,
  }
}
