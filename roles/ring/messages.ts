/** The words of the problems whose topic is `ring`. */
import { messages, type Texts } from '../../src/diagnostic/problem.ts'

export const ringProblem = messages('ring', {
  tooFewMembers: (of: string, count: number) => ({
    summary: `${of}: expected at least three hosts, saw ${count}`,
    detail:
      'It keeps three copies of every series and needs two of them. With fewer than three hosts it stops when one is down.',
    remedy:
      'Name three hosts or more. Two servers can run two VictoriaMetrics nodes instead: `storage: { victoriametrics: … }`.',
  }),
  noRetention: (of: string, label: string) => ({
    summary: `${of} has no retention`,
    detail: `${label} keeps everything if nothing is said.`,
    remedy: 'Add for example "retention: 365d".',
  }),
  badRetention: (of: string, seen: string, number: string | undefined) => ({
    summary: `retention of ${of}: expected a duration like 365d, saw ${seen}`,
    remedy: number === undefined ? 'Write a number with h, d, w or y.' : `Write ${number}d for days.`,
  }),
  retentionTooShort: (of: string, seen: string) => ({
    summary: `retention of ${of}: expected at least one day, saw ${seen}`,
    remedy: 'Write 1d or more.',
  }),
  badFailover: (of: string, seen: string) => ({
    summary: `ha.failover of ${of}: expected a duration like 15s, saw ${seen}`,
    remedy: 'Write a number with s or m.',
  }),
  failoverTooShort: (of: string, seen: string, seconds: number) => ({
    summary: `ha.failover of ${of}: expected at least ${seconds}s, saw ${seen}`,
    detail:
      'A replica that is well may send nothing for 7 s, and the store notes only every 5 s, give or take one, that it did. With less, the store changes between the replicas and keeps samples of both.',
    remedy: `Write ${seconds}s or more, or leave it out for 15s.`,
  }),
  readPortTaken: (of: string, port: number) => ({
    summary: `${of} and its "read" address have the same port, ${port}`,
    detail:
      'On its own hosts, that port is closed to all but the replicas and HAProxy, whatever address is asked.',
    remedy: 'Give "read" another port.',
  }),
  floodsGossip: (the: Texts<'label' | 'wanted' | 'least'>) => ({
    summary: `${the.label} ${the.wanted} cannot be used: its members flood each other with messages`,
    remedy: `Use ${the.least} or later under "versions:".`,
  }),
  olderMinor: (the: Texts<'name' | 'found' | 'wanted'>) => ({
    summary: `${the.name} ${the.found} cannot be replaced by ${the.wanted}: a step back to an earlier minor release is not something that upstream tests`,
    detail:
      'Members of both would share one ring, and blocks of the later release would be read by the earlier one.',
    remedy: `Keep ${the.name} at ${the.found} or later under "versions:".`,
  }),
  skipsMinor: (the: Texts<'name' | 'found' | 'wanted' | 'through'>) => ({
    summary: `${the.name} ${the.found} cannot be replaced by ${the.wanted} directly: while members of both run, they do not understand each other`,
    remedy: `Go to ${the.through} first, under "versions:".`,
  }),
})
