/** The words of the problems whose topic is `cell`. */
import { listFirst } from '../../diagnostic/list-first.ts'
import { suggestion } from '../../diagnostic/nearest.ts'
import { messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'

export const cellProblem = messages('cell', {
  flagSetByPromha: (bare: string, of: string, instead: string) => ({
    summary: `the flag ${quoted(bare)} of ${of} is set by promha`,
    remedy: `Remove this flag: ${instead}.`,
  }),
  flagEndsProgram: (bare: string, of: string) => ({
    summary: `the flag ${quoted(bare)} of ${of} ends the program at once`,
    detail: 'Expected: flags of a program that serves.',
    remedy: 'Remove this flag.',
  }),
  flagWithDash: (name: string, of: string, bare: string) => ({
    summary: `the flag ${quoted(name)} of ${of} begins with a dash`,
    remedy: `Write ${quoted(bare)}.`,
  }),
  badFlagName: (name: string, of: string) => `${quoted(name)} of ${of} is not a valid name of a flag`,
  flagOfSeveralLines: (name: string, of: string) =>
    `the flag ${quoted(name)} of ${of} has more than one line`,
  badFlagPath: (the: Texts<'name' | 'of' | 'by' | 'path'>) => ({
    summary: `the flag ${quoted(the.name)} of ${the.of}: expected a path of letters, digits and any of _ . : @ / + -, because ${the.by} requests it, saw ${quoted(the.path)}`,
    remedy: 'Choose a path with these characters only.',
  }),
  hostOfOtherCell: (label: string, shown: string, cell: string) => ({
    summary: `${label} names the host ${shown}, which cell ${quoted(cell)} does not have`,
    remedy: `Add ${shown} to the cell's "hosts:".`,
  }),
  unknownHost: (
    the: Texts<'label' | 'shown' | 'host'> & { hosts: readonly string[]; taken: readonly string[] },
  ) => ({
    summary: `${the.label} names ${the.shown}, which is not a host`,
    ...suggestion(
      the.host,
      the.hosts.filter(name => !the.taken.includes(name)),
      'Define it under "hosts:".',
    ),
  }),
  sharedHost: (both: string, where: string, same: boolean) => ({
    summary: `${both} ${where}, so they would fail together`,
    // One host cannot run the program twice, whatever the cell allows.
    remedy: same
      ? 'Put them on different hosts.'
      : 'Put them on different hosts, or say "allow_shared_host: true" in the cell.',
  }),
  selfNeedsIp: (the: Texts<'key' | 'of' | 'first' | 'address'> & { hosts: string[] }) => ({
    summary: `${the.key} of ${the.of}: "self" needs an IP address, and host ${quoted(the.first)} has the name ${quoted(the.address)} as its address`,
    ...(the.hosts.length > 1
      ? { detail: `The same is true of ${listFirst(the.hosts.slice(1).map(quoted), 3)}.` }
      : {}),
    remedy: `Give ${the.hosts.length > 1 ? 'each of them' : `host ${quoted(the.first)}`} an IP address; the name can stay under its "ssh: host:".`,
  }),
  listensClash: (key: string, of: string, both: string) => ({
    summary: `${key} of ${of}: ${both}`,
    remedy: 'Remove one of the two, or give one another port.',
  }),
  badVariableName: (name: string, of: string) => ({
    summary: `${quoted(name)} in the environment of ${of} is not a valid variable name`,
    detail: 'Expected: letters, digits and "_", and no digit first.',
  }),
  badVariable: (name: string, of: string, fault: string) => `the variable ${name} of ${of} ${fault}`,
  badMemoryLimit: (of: string, memory: string, remedy: string) => ({
    summary: `limits.memory of ${of}: expected a size like 512M or 2G, from 1M to 1024T, saw ${quoted(memory)}`,
    remedy,
  }),
  badFileLimit: (of: string, most: number, files: number) =>
    `limits.files of ${of}: expected a number of open files from 64 to ${most}, saw ${files}`,
  highFileLimit: (of: string, files: number, usual: number) => ({
    severity: 'warning',
    summary: `limits.files of ${of}: ${files} is more than many kernels allow`,
    detail: `fs.nr_open is ${usual} unless it was raised. Above it, systemd takes another number and does not say so.`,
    remedy: `Use at most ${usual}, or see that \`sysctl fs.nr_open\` is at least ${files} on its hosts.`,
  }),
  perHostWithoutProgram: (the: Texts<'name' | 'pattern' | 'of'> & { hosts: readonly string[] }) => ({
    summary: `${the.name} names ${quoted(the.pattern)}, where ${the.of} does not run`,
    remedy: `Name a host that runs it: ${listFirst(the.hosts.map(quoted), 3)}.`,
  }),
  differentPaths: (the: Texts<'of' | 'other' | 'first' | 'name'>) => ({
    summary: `${the.of} would serve different paths on host ${quoted(the.other)} and on host ${quoted(the.first)}`,
    detail: 'Expected: one path on all hosts, since one scrape job leads to all of them.',
    remedy: `Give ${quoted(the.name)} the same path on every host.`,
  }),
  noMembers: (of: string) => ({
    summary: `${of} has no hosts`,
    remedy: 'Name two, for example "hosts: [mon-a, mon-b]".',
  }),
  oneMember: (cell: string, one: string) => ({
    severity: 'warning',
    summary: `cell ${quoted(cell)} has one ${one} only, so nothing takes over when it fails`,
    remedy: 'Add a second host.',
  }),
  memberTwice: (of: string, shown: string, one: string) => ({
    summary: `${of} names ${shown} twice`,
    remedy: `One host runs one ${one}.`,
  }),
  badVip: (of: string, seen: string, form: string) => ({
    summary: `vip of ${of}: expected ADDRESS/PREFIX, saw ${seen}`,
    remedy: form,
  }),
  badVipAddress: (the: Texts<'of' | 'address' | 'fault' | 'form'>) => ({
    summary: `vip of ${the.of}: ${quoted(the.address)} ${the.fault}`,
    remedy: the.form,
  }),
  vipNeedsIp: (of: string, name: string, address: string) => ({
    summary: `vip of ${of}: host ${quoted(name)} has the name ${quoted(address)} as its address, and an address that moves needs IP addresses`,
    remedy: `Give host ${quoted(name)} an IP address; the name can stay under its "ssh: host:".`,
  }),
  vipOutsideSubnet: (the: Texts<'of' | 'shown' | 'name' | 'address'>) => ({
    summary: `vip of ${the.of}: ${the.shown} is not in the subnet of host ${quoted(the.name)}, whose address is ${the.address}`,
    remedy:
      'Take a free address of the subnet in which all of its hosts are, with the prefix of that subnet.',
  }),
  badInterface: (seen: string) => ({
    summary: `interface: expected the name of a network interface, saw ${seen}`,
    remedy: 'Leave it out, and each host takes the one by which it reaches the subnet.',
  }),
  badVrid: (seen: string) => ({
    summary: `vrid: expected a whole number from 1 to 255, saw ${seen}`,
    remedy: 'Leave it out, and promha picks one.',
  }),
  badPort: (of: string, seen: string) =>
    `port of ${of}: expected a whole number from 1 to 65535, saw ${seen}`,
  noCells: () => ({ summary: 'the inventory has no cells', remedy: 'Add one under "cells:".' }),
  hostUnused: (host: string) => ({
    severity: 'warning',
    summary: `host ${quoted(host)} is in no cell, so promha does nothing there`,
  }),
  badName: (name: string, fault: string) => `cell ${quoted(name)}: a name ${fault}`,
  reservedName: () => 'a cell may not be called "all"',
  hostsMissing: (name: string) => ({
    summary: `cell ${quoted(name)} does not say which hosts it has`,
    remedy: 'Add "hosts:"; it may be left out where there is one cell only.',
  }),
  noHosts: (name: string) => `cell ${quoted(name)} has no hosts`,
  noComponents: (name: string) => ({
    summary: `cell ${quoted(name)} has no components`,
    remedy: 'Add "prometheus:", "alertmanager:" or "exporters:".',
  }),
  severalAddresses: (the: Texts<'of' | 'oneAddress' | 'wildcard'> & { count: number }) => ({
    summary: `${the.of}: expected one address, saw ${the.count}`,
    detail: the.oneAddress,
    remedy: `Keep one of them, or write ${the.wildcard} for all addresses of the host.`,
  }),
  probesWithoutPrometheus: (name: string) => ({
    severity: 'warning',
    summary: `cell ${quoted(name)} has probes but no Prometheus to run them`,
    remedy: 'Add "prometheus:" to the cell.',
  }),
})
