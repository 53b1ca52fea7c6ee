/** The words of the problems whose topic is `artifacts`. */
import { suggestion } from '../../diagnostic/nearest.ts'
import { messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'

export const artifactsProblem = messages('artifacts', {
  noPort: (key: string) => ({
    summary: `exporters.${key} has a program and no port`,
    remedy: 'Add "port: NUMBER", on which it listens.',
  }),
  emptySource: (key: string) => ({
    summary: `artifacts.components.${key} is empty`,
    remedy: 'Write "{ from: upstream }", or another source.',
  }),
  unknownComponent: (
    the: Texts<'of' | 'key'> & { released: readonly string[]; aliases: string[]; own: readonly string[] },
  ) => ({
    summary: `${the.of}: promha installs no component called ${quoted(the.key)}`,
    ...suggestion(
      the.key,
      [...the.released, ...the.aliases, ...the.own],
      `It installs ${the.released.join(', ')}.`,
    ),
  }),
  componentTwice: (of: string, component: string) => ({
    summary: `${of} names ${component} twice`,
    remedy: 'Remove one of the two.',
  }),
  suiteWithoutDebian: (of: string) => ({
    summary: `${of}.suite is for "from: debian" only`,
    remedy: 'Remove it.',
  }),
  badSuite: (of: string, seen: string) => `${of}.suite: expected a suite like trixie, saw ${seen}`,
  badKeyring: (keyring: string, failure: string, remedy: string | undefined) => ({
    summary: `artifacts.keyring: ${quoted(keyring)} ${failure}`,
    remedy: remedy ?? "Name the file of a keyring, as apt's Signed-By does.",
  }),
  badMirror: (expected: string, seen: string) => ({
    summary: `${expected}, saw ${seen}`,
    remedy: 'Write the http or https URL of a mirror.',
  }),
  unknownSource: (expected: string, seen: string, from: string) => ({
    summary: `${expected}, saw ${seen}`,
    ...suggestion(from, ['upstream', 'debian'], `Write "./${from}" for a directory.`),
  }),
  badVersion: (version: string, component: string, fault: string) =>
    `the version ${quoted(version)} of ${component} ${fault}`,
  differentPrograms: (job: string, cell: string) => ({
    summary: `exporters.${job} names another program in cell ${quoted(cell)} than in another cell`,
    remedy: 'Give one of the two entries another name.',
  }),
  notInDebian: (job: string, name: string, elsewhere: string) => ({
    summary: `exporters.${job}: Debian has no package of ${name}`,
    remedy: elsewhere,
  }),
  badOwnProgram: (key: string, fault: string, remedy: string | undefined) => ({
    summary: `exporters.${key}${fault}`,
    ...(remedy ? { remedy } : {}),
  }),
})
