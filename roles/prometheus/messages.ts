/** The words of the problems whose topic is `prometheus`. */
import { suggestion } from '../../src/diagnostic/nearest.ts'
import { contentFree, messages, type Texts } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

const keyUnused = (key: string) => ({
  severity: 'warning' as const,
  summary: `${quoted(key)} of this file is not used because the inventory says ${quoted(key)}`,
  remedy: `Remove ${quoted(key)} from one of the two.`,
})

export const prometheusProblem = messages('prometheus', {
  agentMode: (feature: boolean, name: string) => ({
    summary: 'promha does not run Prometheus in agent mode',
    detail:
      'An agent evaluates no rules, sends no alerts and answers no queries, so it cannot be a replica of a pair.',
    remedy: feature ? 'Remove "agent" from "enable-feature".' : `Remove ${quoted(name)}.`,
  }),
  federationWithout: (cell: string, key: string, remedy: string) => ({
    summary: `federation of cell ${quoted(cell)} has nothing under ${quoted(key)}`,
    remedy,
  }),
  badSelector: (cell: string, fault: string) => ({
    summary: `a selector under "match" of federation of cell ${quoted(cell)} ${fault}`,
    remedy: `Write it as in PromQL, for example {__name__=~"job:.*"} or up{job="node"}.`,
  }),
  fileOutside: (path: string) => ({
    summary: `${quoted(path)} leads out of /etc/prometheus on the hosts`,
    remedy:
      'Move the file beside this config or below it, or write the absolute path that it has on the hosts.',
  }),
  badFileName: (own: string, fault: string, remedy: string) => ({
    summary: `the name ${quoted(own)} ${fault}`,
    remedy,
  }),
  sameFileName: (path: string, other: string, own: string) => ({
    summary: `${quoted(path)} and ${other} would both be /etc/prometheus/${own} on the hosts`,
    remedy: 'Give one of the two another name or directory.',
  }),
  noTargetsFile: (shown: string, failure: string | undefined, name: string | undefined) => ({
    severity: 'warning',
    summary: `${shown} ${failure ?? 'matches no file'}, so promha ships no targets for it`,
    remedy: `Put the file there, or have each host write /etc/prometheus/${name} itself.`,
  }),
  noFile: (shown: string, failure: string | undefined, name: string | undefined) => ({
    summary: `${shown} ${failure ?? 'does not exist'}`,
    remedy: `Put the file there, ship it with "files: { ${name}: PATH }" of prometheus, or write an absolute path that exists on the hosts.`,
  }),
  jobsNotAList: (seen: string) => ({
    summary: `expected a list of scrape_configs, saw ${seen}`,
    ...contentFree,
    remedy: 'Name a file that holds a list of jobs, or a whole prometheus.yml.',
  }),
  scrapeConfigsNotAList: (seen: string) => ({
    summary: `expected a list of scrape_configs, saw ${seen}`,
    ...contentFree,
    remedy: 'Begin each job with "- job_name: NAME".',
  }),
  jobNotAMap: (seen: string) => `each item of scrape_configs: expected a map, saw ${seen}`,
  unknownJobFileKey: (key: string) => ({
    summary: `unknown key ${quoted(key)} in a file of scrape_config_files`,
    ...suggestion(key, ['scrape_configs'], 'Remove it: such a file has "scrape_configs" only.'),
  }),
  jobFileNotAMap: (seen: string) => ({
    summary: `expected a map with the key "scrape_configs", saw ${seen}`,
    remedy: 'Write "scrape_configs:" above the list, or name the file under "scrape_configs" of prometheus.',
  }),
  badLogFile: (key: string, path: string, remedy: string) => ({
    summary: `${key}: expected the path of a file, saw ${quoted(path)}`,
    remedy,
  }),
  logFileNotWritable: (the: Texts<'key' | 'absolute' | 'path' | 'configDirectory' | 'remedy'>) => ({
    summary: `${the.key}: Prometheus may not write to ${quoted(the.absolute)}`,
    detail: the.path.startsWith('/')
      ? `Only root writes below ${the.configDirectory}.`
      : `Relative paths start beside the config, and only root writes below ${the.configDirectory}.`,
    remedy: the.remedy,
  }),
  logFileLost: (key: string, absolute: string, remedy: string) => ({
    severity: 'warning',
    summary: `${key}: ${quoted(absolute)} is seen by Prometheus only, and lost when it stops`,
    detail: 'Its unit has a /tmp and a /var/tmp of its own.',
    remedy,
  }),
  noReplicas: (cell: string) => ({
    summary: `cell ${quoted(cell)} has no replicas`,
    remedy: 'Name two, for example "replicas: { a: mon-a, b: mon-b }".',
  }),
  oneReplica: (cell: string) => ({
    severity: 'warning',
    summary: `cell ${quoted(cell)} has one replica only, so nothing takes over when it fails`,
    remedy: 'Add a second one.',
  }),
  badReplicaName: (name: string, fault: string) => `replica ${quoted(name)}: a name ${fault}`,
  testNotUtf8: (shown: string) => `${quoted(shown)} is not UTF-8 text`,
  ruleFilesNotAList: (seen: string) => `rule_files: expected a list of paths, saw ${seen}`,
  ruleFileNotAPath: (seen: string) => `rule_files: expected a path, saw ${seen}`,
  ruleFileAbsolute: (path: string) => ({
    summary: `${quoted(path)}: expected a path relative to the test file, saw an absolute one`,
    remedy: 'Write the path relative to the test file, as in ../rules/app.yml.',
  }),
  ruleFileTagged: (tag: string) => ({
    summary: `rule_files: expected a path without a tag, saw ${tag}`,
    remedy: 'Write the path as plain or quoted text.',
  }),
  badTargetsName: (name: string, fault: string) => `the job ${quoted(name)} in targets: a name ${fault}`,
  targetsNameGenerated: (name: string) => ({
    summary: `the job ${quoted(name)} in targets is one that promha generates`,
    remedy: 'Give the job another name.',
  }),
  groupWithoutTargets: (name: string) => `a group of job ${quoted(name)} has no targets`,
  badTarget: (name: string, target: string) =>
    `a target of job ${quoted(name)}: expected HOST:PORT, saw ${quoted(target)}`,
  jobNameTaken: (name: string, what: string) => ({
    summary: `the job ${quoted(name)} ${what}`,
    remedy: 'Give the job another name.',
  }),
  jobLeftOut: (name: string) => ({
    severity: 'warning',
    summary: `the job ${quoted(name)} is left out because promha scrapes all of its targets itself`,
    detail:
      'Labels and relabeling of this job are left out too. Labels of a host may be written under "hosts".',
    remedy: 'Remove this job.',
  }),
  jobGenerated: (name: string, detail: string) => ({
    summary: `the job ${quoted(name)} is one that promha generates`,
    detail,
    remedy:
      name === 'blackbox'
        ? 'Move its targets to "probes" of "blackbox" in the inventory and remove this job, or rename it.'
        : 'Rename this job, and remove its targets that promha scrapes itself.',
  }),
  fileKeyUnused: (key: string) => ({ ...keyUnused(key), ...contentFree }),
  /** Its key is content of the file. */
  fileOtherKeyUnused: keyUnused,
  unknownAlertingKey: (key: string, known: string[]) => ({
    severity: 'warning',
    summary: `"alerting" of this file has the unknown key ${quoted(key)}, which is not used`,
    ...suggestion(key, known, `Remove it: the keys of "alerting" are ${known.join(' and ')}.`),
  }),
  fileAlertmanagersUnused: (cell: string, all: string[]) => ({
    severity: 'warning',
    summary: '"alertmanagers" of this file are not used',
    ...contentFree,
    detail: `promha sends the alerts to the Alertmanagers of cell ${quoted(cell)}. This file names ${all.join(', ')}.`,
    remedy:
      'Name those outside the cell under "alertmanagers" of prometheus, and remove "alerting" from this file.',
  }),
  badFileKey: (key: string, kind: string, seen: string) => `${quoted(key)}: expected ${kind}, saw ${seen}`,
  badFileItem: (key: string, kind: string, seen: string) =>
    `each item of ${key}: expected ${kind.replace(/ list of (\w+)s/, ' $1')}, saw ${seen}`,
  fileKeyTwice: (key: string, shown: string) => ({
    summary: `${quoted(key)} is in this file and, with another value, in ${quoted(shown)}`,
    remedy: `Write ${quoted(key)} in the inventory, or remove it from one of the two.`,
  }),
  fileLabelUnused: (label: string) => ({
    severity: 'warning',
    summary: `the external label ${quoted(label)} of this file is not used because promha sets it`,
    remedy: 'Remove it from this file.',
  }),
  alertsSentNowhere: (name: string) => ({
    severity: 'warning',
    summary: `the alerts of cell ${quoted(name)} are sent to no Alertmanager`,
    remedy: 'Add "alertmanager:", or name Alertmanagers outside the cell under "prometheus: alertmanagers:".',
  }),
  badReplicaLabel: (label: string, fault: string, remedy: string) => ({
    summary: `replica_label: ${quoted(label)} ${fault}`,
    remedy,
  }),
  badDataDir: (directory: string, fault: string) => ({
    summary: `data_dir: ${quoted(directory)} ${fault}`,
    remedy: 'Give an absolute path of its own, such as /var/lib/prometheus.',
  }),
  badRetention: (key: string, fault: string) => `retention.${key}: ${fault}`,
  badGlobal: (key: string, fault: string) => `global.${key}: ${fault}`,
  downgradeUnreadable: (found: string | undefined, wanted: string) => ({
    summary: `Prometheus ${found} cannot go back to ${wanted}: it could not read its data`,
    detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
    remedy:
      'Set `versions: { prometheus: "2.55.1" }` or a newer one. To start over with an older one, destroy it first ' +
      'with `--purge-data`.',
  }),
  upgradeInTwoSteps: (found: string | undefined, wanted: string) => ({
    summary: `Prometheus ${found} is not upgraded to ${wanted} at once: that could not be undone`,
    detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
    remedy:
      'Take two steps, each with `promha apply`: first `versions: { prometheus: "2.55.1" }`, then ' +
      `\`versions: { prometheus: "${wanted}" }\`. A source without 2.55 (no suite of Debian has it) wants ` +
      '`artifacts: { from: upstream }` for the first step.',
  }),
  portNotShared: (the: Texts<'version' | 'host' | 'cell' | 'from'> & { port: number }) => ({
    summary: `Prometheus ${the.version} cannot share port ${the.port} of host ${the.host} with the load balancer of cell ${the.cell}`,
    detail: `It would have to listen on two addresses, which Prometheus ${the.from} and newer can.`,
    remedy: `Give the load balancer a port other than ${the.port}, or use a newer Prometheus.`,
  }),
  noJobName: () => 'a scrape config has no job_name',
  badJobName: (seen: string) => `job_name: expected a text, saw ${seen}`,
})
