import { type Case, tells } from '../../../inventory/cases.ts'
import { cluster, clusterSite, three } from './site.ts'

const of = (parts: string) => clusterSite(`{ cluster: { ${parts} }, retention: 365d }`)
const both = `insert: ${three}, select: ${three}`

const errors: Readonly<Record<string, Case>> = {
  'one copy of each sample': {
    text: of(`storage: ${three}, ${both}, replication: §1`),
    summary: /^storage\.victoriametrics\.cluster of cell "eu": expected a replication of 2 or more, saw 1$/,
    remedy: /"replication: 2"/,
  },
  'a replication that is no whole number': {
    text: of(`storage: ${three}, ${both}, replication: §2.5`),
    summary: /saw 2\.5$/,
  },
  'two vmstorage with two copies': {
    text: of(`§storage: [s1, s2], ${both}`),
    summary: /expected 3 or more vmstorage for a replication of 2, saw 2$/,
    remedy: /Name 3 hosts under "storage"\. For two hosts, use "hosts" instead of "cluster"\./,
  },
  'four vmstorage with three copies': {
    text: of(`§storage: [s1, s2, s3, s4], ${both}, replication: 3`),
    summary: /expected 5 or more vmstorage for a replication of 3, saw 4$/,
  },
  'one vminsert': {
    text: of(`storage: ${three}, §insert: [s1], select: ${three}`),
    summary: /expected two or more hosts under "insert", saw 1$/,
  },
  'one vmselect': {
    text: of(`storage: ${three}, insert: ${three}, §select: { hosts: [s1] }`),
    summary: /expected two or more hosts under "select", saw 1$/,
  },
  'no vmselect': {
    text: clusterSite(`{ cluster: §{ storage: ${three}, insert: ${three} }, retention: 365d }`),
    summary: /names no hosts under "select"$/,
    remedy: /select: \[s1, s2, s3\]/,
  },
  'one host named twice': {
    text: of(`storage: [s1, s2, §s2, s3], ${both}`),
    summary: /^storage\.victoriametrics\.cluster\.storage of cell "eu" names "s2" twice/,
  },
  'an unknown host, once': {
    text: of(`storage: [s1, s2, §s9], ${both}`),
    summary: /"s9"/,
  },
  'no retention': {
    text: clusterSite(`§{ ${cluster} }`),
    summary: /has no retention$/,
  },
  'the form of two nodes beside it': {
    text: clusterSite(`{ hosts: §[s4, s5], ${cluster}, retention: 365d }`),
    summary: /has "cluster", and beside it "hosts"$/,
  },
  'flags of the two nodes beside it': {
    text: clusterSite(`{ ${cluster}, retention: 365d, flags: §{ search.maxQueryLen: 32KB } }`),
    summary: /has "cluster", and beside it "flags"$/,
    remedy: /storage: \{ hosts: \[s1, s2, s3\], flags: … \}/,
  },
  'a flag that promha sets': {
    text: of(`storage: ${three}, insert: { hosts: ${three}, flags: { §storageNode: x } }, select: ${three}`),
    summary: /storageNode/,
  },
  'the port to write at, if a program has it': {
    text: clusterSite(
      `{ cluster: { storage: ${three}, insert: { hosts: [mon-a, mon-b] }, select: ${three} }, retention: 365d, write: { port: §8480 } }`,
    ),
    summary: /8480/,
  },
}

describe('storage.victoriametrics.cluster', () => {
  for (const [what, one] of Object.entries(errors)) it(`refuses ${what}`, () => tells(one))
})
