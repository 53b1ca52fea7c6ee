/** The words of the problems whose topic is `m3db`. */
import { messages, type Texts } from '../../src/diagnostic/problem.ts'

const instead = 'Two servers can run two VictoriaMetrics nodes instead: `storage: { victoriametrics: … }`.'

export const m3dbProblem = messages('m3db', {
  tooFewNodes: (of: string, count: number) => ({
    summary: `${of}: expected at least three hosts, saw ${count}`,
    detail:
      'It keeps three copies of every sample and needs two of them. With fewer than three hosts it stops when one is down.',
    remedy: `Name three hosts or more. ${instead}`,
  }),
  noEtcd: (of: string) => ({
    summary: `${of} has no etcd`,
    detail: 'M3DB keeps in an etcd which of its nodes has what. promha sets up one for it.',
    remedy: 'Add for example "etcd: [m1, m2, m3]". They may be the hosts of M3DB.',
  }),
  badEtcd: (of: string, count: number) => ({
    summary: `${of}: expected an odd number of etcd hosts, three or more, saw ${count}`,
    detail:
      count < 3
        ? 'More than half of its members have to be up. With fewer than three, none may be down.'
        : `More than half of its members have to be up. With ${count} of them, as few may fail as with ${count - 1}.`,
    remedy: count < 3 ? 'Name three hosts.' : `Name ${count - 1} or ${count + 1} hosts.`,
  }),
  badRetention: (of: string, seen: string, number: string | undefined) => ({
    summary: `retention of ${of}: expected a duration like 365d, saw ${seen}`,
    remedy: number === undefined ? 'Write a number with h, d, w or y.' : `Write ${number}d for days.`,
  }),
  retentionTooShort: (of: string, seen: string) => ({
    summary: `retention of ${of}: expected at least one day, saw ${seen}`,
    remedy: 'Write 1d or more.',
  }),
  readPortTaken: (of: string, port: number) => ({
    summary: `${of} and its "read" address have the same port, ${port}`,
    detail:
      'On its own hosts, that port is closed to all but the replicas and HAProxy, whatever address is asked.',
    remedy: 'Give "read" another port.',
  }),
  costs: (of: string) => ({
    severity: 'warning',
    summary: `${of} costs more than other stores, and loses more if all of it is away`,
    detail: [
      'Each of its nodes takes 1.3 to 1.6 GiB of memory before it holds anything.',
      'A sample can be read a minute after it was scraped.',
      'If all nodes are away for more than a minute, what was scraped meanwhile is never filled in.',
      'Its last release, 1.5.0, is of April 2022.',
    ].join('\n'),
    remedy: 'Use VictoriaMetrics unless you need M3DB: `storage: { victoriametrics: … }`.',
  }),
  foundedOtherwise: (the: Texts<'host' | 'what' | 'found' | 'wanted'>) => ({
    summary: `the M3DB of ${the.host} was founded with ${the.what} ${the.found}, and the inventory wants ${the.wanted}`,
    detail: 'M3DB cannot change that while it keeps its data, and promha moves no data between its nodes.',
    remedy: `Write ${the.found} in the inventory. To start over without its data, run \`promha destroy --purge-data --only m3db,m3db_etcd\` first.`,
  }),
})
