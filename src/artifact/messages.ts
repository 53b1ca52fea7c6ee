/** The words of the problems whose topic is `fetch`. */
import { messages, type Texts } from '../diagnostic/problem.ts'
import type { Foreign } from '../trust/ours.ts'

export const fetchProblem = messages('fetch', {
  cacheIsLink: (link: string) => ({
    summary: `the cache cannot be used: ${link} is a link`,
    detail: 'Expected: a directory, because files would be written and removed where the link leads.',
    remedy: `Remove ${link}, or set \`artifacts.cache\` to a directory of your own.`,
  }),
  cacheNotOurs: (directory: string, { path, why, remedy }: Foreign) => ({
    severity: 'warning',
    summary: `nothing is kept in the cache ${directory}, because others can change it`,
    detail: `${path} ${why}.`,
    remedy: `${remedy} Or set \`artifacts.cache\` to a directory of your own.`,
  }),
  lockFileNotPlain: (shown: string, largest: number) => ({
    summary: `the lock file ${shown} is not a plain file of at most ${largest} MiB`,
    remedy: `Remove ${shown}, or restore it from version control.`,
  }),
  diskFault: (the: Texts<'doing' | 'path' | 'seen' | 'remedy'>) => ({
    summary: `${the.doing} ${the.path}: ${the.seen}`,
    remedy: the.remedy,
  }),
  lockFileUnwritable: (shown: string, known: string, remedy: string) => ({
    summary: `cannot write the lock file ${shown}: ${known}`,
    remedy,
  }),
  hashListInCheckout: (name: string, checkout: string) => ({
    summary: `${name} is not used: it lies in ${checkout}, together with the inventory`,
    detail: "A person who can change the inventory could accept programs in this user's name.",
    remedy: `Set PROMHA_TRUSTED to a file outside of ${checkout}.`,
  }),
  hashListNotOurs: (the: Texts<'name' | 'path' | 'why' | 'remedy'>) => ({
    summary: `${the.name} is not used: ${the.path} ${the.why}`,
    remedy: the.remedy,
  }),
  untrusted: (file: string, what: string) => ({
    summary: `${file} of ${what} is not trusted here`,
    remedy: 'Run `promha artifacts trust` with the inventory to see it and accept it.',
  }),
  plainHttp: (host: string, lockFile: string) => ({
    severity: 'warning',
    summary: `programs are fetched from ${host} over plain http for the first time`,
    detail: `${lockFile} does not hold them yet, so nothing shows whether they were altered on the way.`,
    remedy:
      'Use https in `artifacts.from`, or fetch them on a network that you trust and keep the lock file.',
  }),
  memberMissing: (name: string, path: string, sha256: string) => ({
    summary: `${name} has no ${path} of sha256 ${sha256}`,
    detail: 'The archive was fetched and verified, but that file is not in it.',
    remedy:
      'The lock file may have been edited by hand: restore it, or run `promha artifacts fetch --update`.',
  }),
  noChecksums: (component: string, version: string, lockFile: string) => ({
    severity: 'warning',
    summary: `${component} ${version} cannot be verified: its publisher gives no checksums`,
    detail: `What is fetched now is locked in ${lockFile}, and later downloads have to be the same.`,
    remedy: 'Compare the hash in the lock file with one that you trust.',
  }),
  hashNotAsLocked: (the: Texts<'what' | 'locked' | 'now' | 'lockFile'>) => ({
    summary: `${the.what} is not what the lock file holds`,
    detail: `locked: ${the.locked}\nnow:    ${the.now}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. The lock file is ${the.lockFile}.`,
  }),
  notInDebian: (component: string) => ({
    summary: `Debian has no package of ${component}`,
    remedy: `Take it from elsewhere: set \`from: upstream\` for ${component} under \`artifacts.components\`.`,
  }),
  notInSuite: (the: Texts<'suite' | 'name' | 'debianArch' | 'component'>) => ({
    summary: `Debian's suite ${the.suite} has no package ${the.name} for ${the.debianArch}`,
    remedy: `Choose another suite, or take it from elsewhere: set \`from: upstream\` for ${the.component} under \`artifacts.components\`.`,
  }),
  otherVersionInSuite: (the: Texts<'suite' | 'component' | 'version' | 'wanted'>) => ({
    summary: `Debian's suite ${the.suite} has ${the.component} ${the.version}, not ${the.wanted}`,
    remedy: `A suite holds one version at a time: leave \`versions.${the.component}\` out or set it to "${the.version}", choose another suite, or take ${the.wanted} from upstream.`,
  }),
  noChecksumBeside: (the: Texts<'path' | 'beside' | 'archive' | 'directory' | 'checksums'>) => ({
    summary: `${the.path} has no checksum beside it`,
    detail: `Neither ${the.beside} names it, nor is there a ${the.archive}.sha256. A link that leads out of ${the.directory} does not count.`,
    remedy: `Copy upstream's ${the.checksums} there too.`,
  }),
  archiveNotPlain: (path: string) => ({
    summary: `${path} cannot be used: it is larger than 2 GiB or not a plain file`,
    remedy: "Put upstream's archive there.",
  }),
  notInDirectory: (the: Texts<'component' | 'version' | 'arch' | 'directory'> & { paths: string[] }) => ({
    summary: `${the.component} ${the.version} for ${the.arch} was not found in ${the.directory}`,
    detail: `Looked for ${the.paths.join(' and ')}. A link that leads out of ${the.directory} does not count.`,
    remedy: `Put the archive and its checksum file there, or check \`versions.${the.component}\` and \`artifacts.from\`.`,
  }),
  notReleasedForArch: (the: Texts<'component' | 'version' | 'archive' | 'url' | 'arch'>) => ({
    summary: `${the.component} ${the.version} has no ${the.archive}: ${the.url} does not name it`,
    remedy: `Choose a version that was released for ${the.arch}.`,
  }),
  notReleased: (the: Texts<'component' | 'version' | 'arch' | 'url'>) => ({
    summary: `${the.component} ${the.version} for ${the.arch} was not found`,
    detail: `${the.url} does not exist`,
    remedy: `Check \`versions.${the.component}\` and \`artifacts.from\`.`,
  }),
  mirrorNotAsked: (url: string) => ({
    summary: `the mirror ${url} was not asked, because its URL holds a reference`,
    remedy:
      'Run `promha artifacts fetch INVENTORY` first: what lock file and cache hold is used without asking the mirror.',
  }),
  notUnpackable: (file: string, message: string) => ({
    summary: `${file} has the right hash but cannot be unpacked`,
    detail: message,
  }),
  noVersion: (component: string) => `no version of ${component} is known: no cell of the inventory uses it`,
  otherSize: (file: string, size: number) => ({
    summary: `${file} is not of the size that is stated: expected ${size} bytes`,
    remedy:
      'The lock file may have been edited by hand: restore it, or run `promha artifacts fetch --update`.',
  }),
  packageGone: (the: Texts<'name' | 'version' | 'suite' | 'file' | 'sha256'>) => ({
    summary: `Debian's archive no longer has the package ${the.name} ${the.version} of ${the.suite}`,
    detail: `expected: ${the.file} sha256 ${the.sha256}`,
    remedy: `Use a cache that still has it, or accept what ${the.suite} has now with \`promha artifacts fetch --update\`.`,
  }),
  notAsLocked: (the: Texts<'what' | 'locked' | 'fetched' | 'lockFile'>) => ({
    summary: `${the.what} is not what the lock file holds`,
    detail: `locked:  ${the.locked}\nfetched: ${the.fetched}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. If not, find out who changed it. The lock file is ${the.lockFile}.`,
  }),
  packageNotAsLocked: (the: Texts<'name' | 'locked' | 'fetched' | 'lockFile'>) => ({
    summary: `the package ${the.name} is not what the lock file holds`,
    detail: `locked:  ${the.locked}\nfetched: ${the.fetched}`,
    remedy: `If the new one is meant, accept it with \`promha artifacts fetch --update\`. If not, find out who changed it. The lock file is ${the.lockFile}.`,
  }),
  twoHashes: (checksums: string, name: string, hashes: readonly string[]) => ({
    summary: `${checksums} states two different hashes of ${name}`,
    detail: hashes.slice(0, 2).join('\n'),
    remedy: 'Ask the publisher which one is right, or choose another version.',
  }),
  notAProgram: (component: string, fault: string, archives: readonly string[]) => ({
    summary: `the program of ${component} ${fault}`,
    detail: archives.join(', '),
    remedy: 'Name an ELF file, or a script that begins with "#!".',
  }),
  otherArchitecture: (the: Texts<'component' | 'machine' | 'arch'> & { archives: readonly string[] }) => ({
    summary: `the program of ${the.component} is made for ${the.machine}, not for ${the.arch}`,
    detail: the.archives.join(', '),
    remedy: 'Name hosts of one architecture, or a program with {arch} in its name.',
  }),
  hashListUnwritable: (path: string, why: string, directory: string) => ({
    summary: `${path} cannot be written: ${why}`,
    remedy: `Give this user the right to write ${directory}.`,
  }),
  notMadeFor: (component: string, arch: string, made: readonly string[]) => ({
    summary: `upstream releases no ${component} for ${arch}`,
    detail: `It is released for ${made.join(', ')}.`,
    remedy: `Give it no hosts of ${arch}, or another source: \`artifacts: { components: { ${component}: { from: … } } }\`.`,
  }),
  notInArchive: (archives: readonly string[], member: string, component: string) => ({
    summary: `${archives.join(' and ')} holds no ${member}`,
    remedy: `Choose another version or source: promha cannot install this build of ${component}.`,
  }),
  lockFileDamaged: (fault: string, remedy: string) => ({
    summary: `the lock file is damaged: ${fault}`,
    remedy,
  }),
  otherBuild: (what: string, locked: readonly string[], now: readonly string[]) => ({
    summary: `the source now has another build of ${what}`,
    detail: `locked: ${locked.join(', ')}\nnow:    ${now.join(', ')}`,
    remedy: 'Accept the new build with `promha artifacts fetch --update`.',
  }),
  unknownArchitecture: (arch: string, known: readonly string[]) => ({
    summary: `the architecture ${arch} is not supported`,
    remedy: `Known are ${known.join(', ')}.`,
  }),
})
