/** The words of the problems whose topic is `lab`. */
import { messages, type Texts } from '../diagnostic/problem.ts'

export const labProblem = messages('lab', {
  programFailed: (the: Texts<'purpose' | 'program' | 'said'> & { code: number }) => ({
    summary: `${the.purpose} failed: ${the.program} ended with ${the.code}`,
    ...(the.said === '' ? {} : { detail: the.said }),
  }),
  stillMounted: (left: string | undefined) => ({
    summary: `${left} is still mounted and could not be unmounted`,
    remedy: `See what uses it with "fuser -vm ${left}", end that, and try again.`,
  }),
  etcNotADirectory: (host: string) => `/etc of ${host} is not a directory`,
  fileMissing: (name: string, host: string) => `${name} of ${host} is missing, or not a plain file`,
  directoryIsLink: (directory: string) => ({
    summary: `${directory} is a link, and the lab's files are not written through one`,
    remedy: 'Name a directory with --dir, or remove the link.',
  }),
  badName: (name: string) => ({
    summary: `the lab's name "${name}" cannot be used`,
    remedy:
      'Take a small letter first, then small letters, digits and dashes, 32 characters at most, and not "base-" in front.',
  }),
  badCount: (count: number, maxHosts: number) => ({
    summary: `a lab cannot have ${count} hosts`,
    remedy: `Take a whole number from 1 to ${maxHosts}.`,
  }),
  noControlGroups: () => ({
    summary: 'this machine has no control groups of version 2 mounted, which the hosts need',
    remedy:
      'Mount them: `mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified`.',
  }),
  notLinux: (platform: string, elsewhere: string) => ({
    summary: `a lab needs Linux, and this is ${platform}`,
    remedy: elsewhere,
  }),
  notRoot: () => ({
    summary: 'a lab needs root: it makes mounts, network interfaces and booted systems',
    remedy: 'Run the same command as root, or with sudo.',
  }),
  notDebian: (field: string | undefined, elsewhere: string) => ({
    summary: `a lab needs Debian, and this is ${field ?? 'a system without /etc/os-release'}`,
    remedy: elsewhere,
  }),
  noArchive: (codename: string | undefined) => ({
    summary: "none of this machine's apt sources is Debian's own archive",
    detail: 'Looked in /etc/apt/sources.list and /etc/apt/sources.list.d for a "main" of a plain suite.',
    remedy: `Add one, for example "deb http://MIRROR/debian ${codename ?? 'stable'} main".`,
  }),
  directoryTaken: (directory: string, owner: string) => ({
    summary: `${directory} is the directory of the lab "${owner}": its SSH configuration would be overwritten`,
    remedy: `Name another one with --dir, or run "promha lab down --name ${owner}" first.`,
  }),
  noSubnet: () => 'no /24 of 198.18.0.0/15 is free on this machine',
  noLab: (name: string) => ({
    summary: `there is no lab "${name}"`,
    remedy: `Make it with "promha lab up --name ${name}".`,
  }),
  noHost: (lab: string, host: string, known: readonly string[]) => ({
    summary: `the lab "${lab}" has no host "${host}"`,
    remedy: `It has ${known.join(', ')}.`,
  }),
  cannotShrink: (name: string, has: number, asked: number) => ({
    summary: `the lab "${name}" has ${has} hosts already and ${asked} were asked for`,
    remedy: `It can grow but not shrink: run "promha lab down --name ${name}" first.`,
  }),
  waitedTooLong: (what: string, ms: number, more: { detail?: string; remedy?: string }) => ({
    summary: `waited ${Math.round(ms / 1000)} s for ${what}, which did not come`,
    ...more,
  }),
})
