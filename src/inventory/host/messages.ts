/** The words of the problems whose topic is `host`. */
import { suggestion } from '../../diagnostic/nearest.ts'
import { messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'

const limitRemedy = 'Name hosts, groups or cells of the inventory.'

export const hostProblem = messages('host', {
  badSshSetting: (the: Texts<'key' | 'expected' | 'seen'> & { remedy: string | undefined }) => ({
    summary: `ssh.${the.key}: expected ${the.expected}, saw ${the.seen}`,
    ...(the.remedy ? { remedy: the.remedy } : {}),
  }),
  sameForWithoutAsk: () => ({
    summary: 'ssh.sudo.same_for: expected `password: ask` beside it, saw a password that is not asked for',
    remedy: 'Write `sudo: { password: ask, same_for: [GROUP] }`, or remove `same_for`.',
  }),
  emptySshPath: (key: string) => `ssh.${key}: expected a path, saw an empty text`,
  badSshConfig: (seen: string) => ({
    summary: `ssh.config: expected a path or false, saw ${seen}`,
    remedy: 'Write false; for a file of that name, write "./" before it.',
  }),
  unusableSshFile: (key: string, path: string, failure: string) => ({
    severity: 'warning',
    summary: `ssh.${key}: ${quoted(path)} ${failure}`,
  }),
  groupLoop: (loop: string) => `groups form a loop: ${loop}`,
  emptyGroup: (name: string) => ({ severity: 'warning', summary: `group ${quoted(name)} is empty` }),
  badGroupName: (name: string, fault: string) => `group ${quoted(name)}: a name ${fault}`,
  reservedGroupName: () => 'a group may not be called "all", which means every host',
  groupNamedAsHost: (name: string) => ({
    summary: `${quoted(name)} is the name of a group and of a host`,
    remedy: 'Rename one.',
  }),
  unknownHostOrGroup: (of: string, name: string, candidates: readonly string[]) => ({
    summary: `${of} names ${quoted(name)}, which is neither a host nor a group`,
    ...suggestion(name, candidates, 'Define it under "hosts:" or "groups:".'),
  }),
  noMatch: (name: string, of: string, remedy: string) => ({
    severity: 'warning',
    summary: `${quoted(name)} of ${of} matches no host`,
    remedy,
  }),
  notOfCell: (of: string, name: string) => ({
    summary: `${of} names the host ${quoted(name)}, which the cell does not have`,
    remedy: `Add ${quoted(name)} to the cell's "hosts:".`,
  }),
  badPattern: (name: string, of: string, detail: string | undefined) =>
    `${quoted(name)} of ${of} is not a valid pattern${detail ? `: ${detail}` : ''}`,
  noHosts: () => ({ summary: 'the inventory has no hosts', remedy: 'Add them under "hosts:".' }),
  badRange: (key: string, fault: string) => `host ${quoted(key)}: ${fault}`,
  definedTwice: (
    the: Texts<'name' | 'first' | 'second'> & { line: number | undefined; here: number | undefined },
  ) => ({
    summary: `the host ${quoted(the.name)} is defined twice: by ${quoted(the.first)} on line ${the.line} and by ${quoted(the.second)} on line ${the.here}`,
    remedy: 'Remove it from one of the two.',
  }),
  badName: (key: string, fault: string) => `host ${quoted(key)}: a name ${fault}`,
  reservedName: () => 'a host may not be called "all", which means every host',
  noAddress: (key: string) => ({
    summary: `host ${quoted(key)} has no address`,
    remedy: 'Add "address:", the name or IP address that its peers use.',
  }),
  badFieldRange: (field: string, key: string, fault: string) => `${field} of host ${quoted(key)}: ${fault}`,
  unequalRanges: (the: Texts<'field' | 'key' | 'own'> & { other: number }) => ({
    summary: `${the.field} of host ${quoted(the.key)} expands to ${the.other} values, but ${the.own}`,
    remedy: 'Make the ranges equally long.',
  }),
  badAddress: (saw: string, name: string, fault: string) =>
    `the address ${saw} of host ${quoted(name)} ${fault}`,
  sameAddress: (other: string, line: string, host: string) => ({
    summary: `the hosts ${quoted(other)}${line} and ${quoted(host)} have the same address and SSH port`,
    remedy: 'Give each host its own address, or remove one of the two.',
  }),
  badLimit: (the: Texts<'fault' | 'what'> & { detail: string | undefined; nearest: string | undefined }) => ({
    summary: `--limit: ${quoted(the.fault)} ${the.what}`,
    ...(the.detail ? { detail: the.detail } : {}),
    ...(the.nearest
      ? { remedy: `Did you mean ${quoted(the.nearest)}?` }
      : the.detail
        ? {}
        : { remedy: limitRemedy }),
  }),
  limitLeavesNoHost: (limit: string) => ({
    summary: `--limit ${quoted(limit)} leaves no host`,
    remedy: limitRemedy,
  }),
  noComponentLeft: (all: readonly string[]) => ({
    summary: '--only and --skip leave no component',
    remedy: `The components are ${all.join(', ')}.`,
  }),
  unknownComponent: (the: Texts<'flag' | 'name'> & { near: string | undefined; all: readonly string[] }) => ({
    summary: `${the.flag}: ${quoted(the.name)} is not a component`,
    remedy: the.near ? `Did you mean ${quoted(the.near)}?` : `The components are ${the.all.join(', ')}.`,
  }),
  unknownLoss: (known: readonly string[], word: string) => ({
    summary: `adopt.accept: expected ${known.join(', ')}, saw ${quoted(word)}`,
    ...suggestion(word, known, `Write one of ${known.join(', ')}.`),
  }),
})
