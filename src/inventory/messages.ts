/** The words of the problems whose topic is `inventory`. */
import { listFirst } from '../diagnostic/list-first.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { messages, type Texts } from '../diagnostic/problem.ts'
import { quoted } from './text/place.ts'

/** Of a problem in a file outside the inventory's directory. */
const hidden = (file: string) => ({
  detail: `${file} lies outside the inventory's directory, so promha shows nothing of it.`,
  remedy: "Look at that line yourself, or move the file into the inventory's directory to see more.",
})

export const inventoryProblem = messages('inventory', {
  noListenAddress: (key: string, standard: string) => ({
    summary: `${quoted(key)}: expected at least one address, saw an empty list`,
    remedy: `Remove it, which means ${standard}, or write an address.`,
  }),
  badEndpoint: (name: string, seen: string, example: string) => ({
    summary: `${quoted(name)}: expected ADDRESS:PORT with an IP address, saw ${seen}`,
    remedy: `Write ${example}, which is the default, or "self" for each host's own address.`,
  }),
  fileNotUtf8: (shown: string) => `${quoted(shown)} is not UTF-8 text`,
  badFileName: (shown: string, name: string, fault: string) => ({
    summary: `${quoted(shown)}: the name ${quoted(name)} ${fault}`,
    remedy: 'Give the file another name.',
  }),
  unusableFile: (shown: string, why: string, remedy: string) => ({
    summary: `${quoted(shown)} ${why}`,
    remedy,
  }),
  badShippedName: (name: string, what: string, remedy: string | undefined) => ({
    summary: `the name ${quoted(name)} in files ${what}`,
    ...(remedy ? { remedy } : {}),
  }),
  noFormat: (remedy: string) => ({ summary: 'the inventory does not say its format', remedy }),
  unknownFormat: (seen: string) => ({
    summary: `promha: expected 1, saw ${seen}`,
    remedy: 'This promha reads format 1 only; a newer one may read more.',
  }),
  commandNotPlain: (program: string, held: string) => ({
    summary: `a scheduled run cannot use the command \${cmd:${program} …}, because it holds ${held}`,
    detail: 'Expected: plain paths, so that promha can check who can change the files that it uses.',
    remedy: 'Write plain absolute paths, or put the command into a script and name its absolute path.',
  }),
  notAMap: (seen: string) => ({
    summary: `the inventory: expected a map, saw ${seen}`,
    remedy: 'Begin with "promha: 1".',
  }),
  keyBesideCell: (found: readonly string[], empty: string) => ({
    summary: `${quoted(found.slice(0, 1).join())} stands beside the cell ${quoted(empty)}, which is empty`,
    remedy: `Indent ${listFirst(found.map(quoted), 3)} below ${quoted(empty)}.`,
  }),
  badValue: (
    the: Texts<'what' | 'name' | 'seen'> & { expected: readonly string[]; remedyFor: { remedy?: string } },
  ) => ({
    summary: `${the.what} of ${the.name}: expected ${the.expected.join(' or ')}, saw ${the.seen}`,
    ...the.remedyFor,
  }),
  unsupportedKey: (key: string, name: string) => ({
    summary: `${quoted(key)} of ${name} is not supported yet`,
    remedy: 'Remove it; a later release may support it.',
  }),
  misplacedKey: (key: string, name: string, elsewhere: string) => ({
    summary: `unknown key ${quoted(key)} in ${name}`,
    remedy: elsewhere,
  }),
  unknownKey: (the: Texts<'key' | 'name'> & { known: string[]; below: string | undefined }) => ({
    summary: `unknown key ${quoted(the.key)} in ${the.name}`,
    ...suggestion(the.key, the.known, the.below ?? `The known keys are ${the.known.join(', ')}.`),
  }),
  unreadable: (file: string, fault: string) => ({
    summary: `the inventory ${quoted(file)} ${fault}`,
    remedy: 'Give the path of an inventory file.',
  }),
  notUtf8: (file: string) => `the inventory ${quoted(file)} is not UTF-8 text`,
  hiddenError: (file: string) => ({ summary: 'this is not what promha expects here', ...hidden(file) }),
  hiddenWarning: (file: string) => ({
    severity: 'warning',
    summary: 'this may be a mistake',
    ...hidden(file),
  }),
})
