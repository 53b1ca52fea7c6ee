/** The words of the problems whose topic is `preflight`: what is found on a host before anything is changed. */
import { messages, type Problem, type Texts } from '../../diagnostic/problem.ts'

const again = 'Run the command again once the host is reachable.'

const asRoot =
  'promha works as root below directories that only root can change. In any other, a link could lead it to any file of the host.'

/** A place that is in the way: `elsewhere` is what else can be done about it, to end a sentence. */
type Barrier = Texts<'at' | 'who' | 'host' | 'elsewhere'> & { readonly paths: readonly string[] }

const beneath = ({ paths }: Barrier) => `Below it: ${paths.join(', ')}.`

export const preflightProblem = messages('preflight', {
  notExamined: (why: string, more: Pick<Problem, 'detail'>) => ({
    summary: `the host could not be examined: ${why}`,
    ...more,
    remedy: again,
  }),
  installedUnread: (why: string, more: Pick<Problem, 'detail'>) => ({
    summary: `promha cannot read what is installed on the host: ${why}`,
    ...more,
    remedy: again,
  }),
  accountMissing: (the: Texts<'account' | 'host' | 'why' | 'create'>) => ({
    summary: `the ${the.account} is missing on ${the.host} and cannot be created: ${the.why}`,
    remedy: `Create it there (\`${the.create}\`, or in the directory service that the host uses), then run the command again.`,
  }),
  userIsRoot: (name: string, host: string, component: string) => ({
    summary: `the user ${name} on ${host} is root, and ${component} would run as root`,
    detail: 'Expected: a user of its own, without privileges. Seen: uid 0.',
    remedy: `Remove the line of ${name} on ${host} with \`vipw\` and \`vipw -s\`, then run the command again: promha creates the user.`,
  }),
  userHasGroups: (the: Texts<'name' | 'host' | 'component'> & { groups: readonly string[] }) => ({
    severity: 'warning',
    summary: `the user ${the.name} on ${the.host} can become root, and so can ${the.component}, which runs as it`,
    detail: `The user existed before promha, and is in the groups ${the.groups.join(', ')}.`,
    remedy: `Run ${the.groups.map(group => `\`gpasswd -d ${the.name} ${group}\``).join(' and ')} on ${the.host}, unless this is intended.`,
  }),
  changesApart: (component: string, changed: readonly string[], away: readonly string[]) => ({
    severity: 'warning',
    summary: `${component} changes on ${changed.join(', ')} and not on ${away.join(', ')}: two of them may have one address at once from then on`,
    remedy: `Apply to ${away.join(', ')} too, in the same run or soon.`,
  }),
  addressCannotMove: (address: string, why: string, remedy: string) => ({
    summary: `the address ${address} cannot move to this host: ${why}`,
    remedy,
  }),
  otherAddress: (host: string, address: string, has: string) => ({
    severity: 'warning',
    summary: `${host} has no address ${address}; it has ${has}`,
    remedy:
      'Set its `address` to the one of these by which the other hosts reach it. If it is behind address translation, nothing is wrong.',
  }),
  addressNeeded: (the: Texts<'host' | 'address' | 'has' | 'mover'>) => ({
    summary: `${the.host} has no address ${the.address}; it has ${the.has}`,
    detail: `By this address ${the.mover} speaks to the other hosts, so the host itself has to have it.`,
    remedy:
      'Set its `address` to the one of these by which the other hosts reach it. promha may log in by another one with "ssh: { host: … }".',
  }),
  portTaken: (the: Texts<'port' | 'by' | 'unit' | 'remedy'>) => ({
    summary: `port ${the.port} is taken by ${the.by}`,
    detail: `${the.unit} is to listen there.`,
    remedy: the.remedy,
  }),
  readOnly: (mount: string) => ({
    summary: `the file system at ${mount} cannot be written to`,
    remedy: `See with \`findmnt ${mount}\` and in the kernel's log why it is read-only, then run the command again.`,
  }),
  diskFull: (mount: string, room: string) => ({
    summary: `the disk at ${mount} has ${room}`,
    remedy: `Free some room below ${mount}, then run the command again.`,
  }),
  otherSource: (to: string, source: string, own: string) => ({
    summary: `this host speaks to ${to} from ${source}, and the firewall there would let it in by ${own} only`,
    detail: `\`ip route get ${to}\` says by which of its addresses it speaks.`,
    remedy: `Set its \`address\` to ${source}, or have the host prefer ${own}.`,
  }),
  pathUnwritable: (the: Texts<'component' | 'path' | 'why' | 'remedy'>) => ({
    summary: `${the.component} cannot write ${the.path}: ${the.why}`,
    detail: 'It would refuse its config.',
    remedy: the.remedy,
  }),
  directoryOfOther: (the: Barrier, remedy: string) => ({
    summary: `${the.at} belongs to ${the.who}, so nothing is changed below it`,
    detail: `${beneath(the)} ${asRoot}`,
    remedy,
  }),
  directoryOpen: (the: Barrier) => ({
    summary: `${the.who} may write to ${the.at}, so nothing is changed below it`,
    detail: `${beneath(the)} ${asRoot}`,
    remedy: `Run \`chmod ${the.who === 'everybody' ? 'o-w' : 'g-w'} ${the.at}\` on ${the.host}${the.elsewhere}.`,
  }),
  linkOfOther: (the: Barrier) => ({
    summary: `${the.at} is a link that belongs to ${the.who}, so promha does not follow it`,
    detail: `${beneath(the)} promha follows only links that root owns, in directories that only root can change.`,
    remedy: `Check on ${the.host} where it leads (\`ls -l ${the.at}\`). If you trust it, run \`chown -h root ${the.at}\`${the.elsewhere}.`,
  }),
  leafOfOther: (the: Barrier, user: string | undefined) => ({
    summary: `${the.at} does not belong to ${user}, whose directory it lies in`,
    detail: `Below directories of ${user}, promha works as that user, who cannot give it an owner.`,
    remedy: `Run \`ls -ld ${the.at}\` on ${the.host}. If it is a link, remove it; otherwise run \`chown -h ${user}: ${the.at}\`${the.elsewhere}.`,
  }),
  directoryInUse: ({ at, who }: Barrier, user: string | undefined, remedy: string) => ({
    summary: `${at} belongs to ${who} and holds something else, so it is left alone`,
    detail: `Expected: no such directory, an empty one, one of ${user ?? 'root'}, or one with data of the program. Seen: none of these.`,
    remedy,
  }),
  noDirectory: (the: Barrier) => ({
    summary: `${the.at} is not a directory`,
    detail: beneath(the),
    remedy: `Move it out of the way on ${the.host}${the.elsewhere}.`,
  }),
  retentionShorter: (the: Texts<'component' | 'kept' | 'after'>, keep: string | undefined) => ({
    severity: 'warning',
    summary: `${the.component} keeps ${the.kept} and will keep ${the.after}: it will delete older data`,
    detail: 'It does so soon after its restart, and no rollback brings the data back.',
    remedy:
      keep === undefined ? 'Take the limit out of the inventory to keep it.' : `Set ${keep} to keep it.`,
  }),
  directoryMoved: ({ at }: Barrier) => ({
    summary: `${at} changed while promha looked at it`,
    remedy: 'Run the command again.',
  }),
})
