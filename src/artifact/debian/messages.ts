/** The words of the problems whose topic is `debian`: its archive, as this machine's apt sees it. */
import { messages, type Texts } from '../../diagnostic/problem.ts'

/** Where a source was looked for, and what was left out. */
type Looked = Texts<'detail' | 'own'>

export const debianProblem = messages('debian', {
  noSource: ({ detail, own }: Looked) => ({
    summary: '`artifacts.from: debian` needs a Debian machine: no package source of Debian was found here',
    detail,
    remedy: `Run promha on a Debian machine, or set \`artifacts.from\` to upstream, to a mirror or to a directory; with a filled cache and lock file no source is needed.${own}`,
  }),
  noSourceForHosts: ({ detail, own }: Looked, suite: string, byHand: string) => ({
    summary: `this machine's apt names no source for ${suite}, from which to bring packages to the hosts`,
    detail,
    remedy: `Add one, ${byHand}; with a filled cache and lock file no source is needed.${own}`,
  }),
  suiteNotFound: (suite: string, tried: readonly string[], remedy: string) => ({
    summary: `Debian's suite ${suite} was not found`,
    detail: tried.join('\n'),
    remedy,
  }),
  otherSuite: (url: string, seen: string) => ({
    summary: `${url} ${seen}`,
    remedy: 'Check the mirror of this machine.',
  }),
  badSignature: (url: string, words: string) => ({
    summary: `the signature of ${url} is not Debian's`,
    detail: words,
    remedy:
      'Nothing of it was used. If the keys of this machine are old, update the package debian-archive-keyring. If the mirror is a copy that you sign, name its keyring in `artifacts.keyring`. Otherwise check the mirror.',
  }),
  expired: (url: string, validUntil: number) => ({
    summary: `${url} expired on ${new Date(validUntil).toISOString()}`,
    remedy:
      "The mirror is out of date, or this machine's clock is wrong. For a frozen mirror set apt's option Acquire::Check-Valid-Until to false.",
  }),
  listRefused: (url: string, words: string) => ({
    summary: `this machine's apt does not accept the package list of ${url}`,
    detail: words,
    remedy: 'Nothing of it was used. Try again later. If it fails again, check the mirror of this machine.',
  }),
  noArchitecture: (the: Texts<'suite' | 'arch' | 'url' | 'remedy'>) => ({
    summary: `Debian's suite ${the.suite} has no package list for ${the.arch}`,
    detail: `${the.url} does not name one.`,
    remedy: the.remedy,
  }),
  noKeyring: (url: string) => ({
    summary: `the signature of ${url} cannot be checked: no keyring of Debian's archive was found`,
    remedy: 'Install the package debian-archive-keyring.',
  }),
  noApt: () => ({
    summary: "this machine has no apt, which reads and checks Debian's package lists",
    remedy: 'Install the package apt, or run promha on a Debian machine.',
  }),
  packagesLacking: (the: Texts<'names' | 'release' | 'arch' | 'why'>, pinnedIn: string | undefined) => ({
    summary: `Debian's ${the.release} (${the.arch}) does not have ${the.names}`,
    detail: `This machine's apt says:\n${the.why}`,
    remedy: [
      `Check that this machine's apt sources name ${the.release} and that the host has no packages of other releases, or install ${the.names} there by hand.`,
      ...(pinnedIn === undefined
        ? []
        : [`If ${pinnedIn} pins what does not fit any more, run \`promha artifacts fetch --update\`.`]),
    ].join(' '),
  }),
  buildGone: (
    the: Texts<'component' | 'version' | 'suite'> & { locked: string; now: readonly string[] },
  ) => ({
    summary: `Debian's archive no longer has the locked build of ${the.component} ${the.version}`,
    detail: `locked: ${the.locked}\nnow:    ${the.now.join(', ')}`,
    remedy: `Use a cache that still has it, or accept what ${the.suite} has now with \`promha artifacts fetch --update\`.`,
  }),
})
