/** The words of the problems whose topic is `exporter`. */
import { suggestion } from '../../diagnostic/nearest.ts'
import { messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'

export const exporterProblem = messages('exporter', {
  probeParameterMissing: (of: string, required: string, choices: string) => ({
    summary: `${of} has no ${required}`,
    remedy: `Add "${required}: NAME"${choices}.`,
  }),
  unknownProbeKey: (the: Texts<'of' | 'key'> & { parameters: readonly string[]; common: string[] }) => ({
    summary: `${the.of} has the key ${quoted(the.key)}, which it does not take`,
    remedy: `It takes ${[...the.parameters, ...the.common].join(', ')}.`,
  }),
  noTargets: (of: string) => ({ summary: `${of} has no targets`, remedy: 'Add "targets: [ … ]".' }),
  emptyTargets: (of: string) => ({
    severity: 'warning',
    summary: `${of} has no targets`,
    remedy: 'Add "targets: [ … ]".',
  }),
  badProbeTime: (key: string, of: string, fault: string) => `${key} of ${of}: ${fault}`,
  probeTimeoutTooLong: (of: string, timeout: string | null | undefined, longerThan: string) => ({
    summary: `${of} has the timeout ${timeout}, which is longer than ${longerThan}`,
    remedy: 'Shorten the timeout, or set a longer "interval": Prometheus refuses such a timeout.',
  }),
  sameUnit: (job: string, other: string, component: string) => ({
    summary: `exporters.${job} and exporters.${other} would both be ${component}`,
    detail: `The name of an entry with or without "_exporter" is that of one unit: ${component}.service.`,
    remedy: 'Give one of the two another name.',
  }),
  wordOfOwnProgram: (key: string, word: string) => ({
    summary: `exporters.${key}: "${word}" is for an entry with "program" only`,
    remedy: word === 'port' ? 'Use "listen".' : 'Remove it.',
  }),
  keyOfCell: (key: string, beside: string) => ({
    summary: `exporters: ${quoted(key)} is not an exporter of this list but a key of the cell`,
    remedy: `Write "${beside}:" beside "exporters:".`,
  }),
  unknown: (key: string, known: string[]) => ({
    summary: `exporters: promha knows no exporter ${quoted(key)}`,
    ...suggestion(key, known, `It knows ${known.join(', ')}; any other needs "program" and "port".`),
  }),
  unknownUse: (key: string, use: string, known: string[]) => ({
    summary: `exporters.${key}: promha knows no exporter ${quoted(use)}`,
    ...suggestion(use, known, `It knows ${known.join(', ')}.`),
  }),
  nameOfOther: (key: string, use: string) => ({
    summary: `exporters.${key} is the name of another exporter than ${quoted(use)}`,
    remedy: `Give this entry a name of its own, for example "${use}_2".`,
  }),
  badName: (key: string, fault: string) => ({
    summary: `exporters: the name ${quoted(key)} ${fault}`,
    remedy: 'Give this entry another name.',
  }),
  noProbesTaken: (of: string, key: string, remedy: string) => ({
    summary: `${of}: the ${key} exporter takes no probes`,
    remedy,
  }),
  probesOnSeveralHosts: (of: string, hosts: readonly string[], key: string) => ({
    summary: `${of} has probes and ${hosts.length} hosts, and one host is to probe a target`,
    remedy: `Name one host, or make a second entry with "use: ${key}".`,
  }),
  noConfig: (of: string, key: string, file: string) => ({
    summary: `${of} has no config, and ${key} does not start without one`,
    remedy: `Write its config under "config:", or the path of its ${file}.`,
  }),
  configOfSeveralLines: (of: string) => ({
    summary: `${of}.config: expected a map or the name of a file, saw a text of several lines`,
    remedy: 'Remove the "|" or ">" behind "config:".',
  }),
  noConfigRead: (of: string, key: string) => ({
    summary: `${of}: ${key} reads no config`,
    remedy: 'Use "flags" or "environment".',
  }),
  useAndProgram: (key: string) => ({
    summary: `exporters.${key} has both "use" and "program"`,
    remedy: 'Remove one of the two.',
  }),
  inCatalogue: (key: string) => ({
    summary: `exporters.${key} is in the catalogue`,
    remedy: 'Give this entry another name.',
  }),
  undefinedParameter: (the: Texts<'of' | 'key' | 'missing' | 'plural'> & { known: readonly string[] }) => ({
    summary: `${the.of} names the ${the.key} ${quoted(the.missing)}, which is not under ${quoted(the.plural)}`,
    ...suggestion(the.missing, the.known, `Define it under "${the.plural}:".`),
  }),
  targetOfSeveralLines: (of: string) => `a target of ${of} has a line break or another control character`,
  emptyTarget: (of: string) => `a target of ${of} is empty`,
  targetTwice: (of: string, target: string) => `${of} names the target ${quoted(target)} twice`,
})
