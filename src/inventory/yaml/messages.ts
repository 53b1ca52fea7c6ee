/** The words of the problems whose topic is `yaml`. */
import { contentFree, messages } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'

const noColon = 'not valid YAML: expected "KEY: VALUE", saw a line without a colon and a space'

function usual(message: string): string {
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

export const yamlProblem = messages('yaml', {
  badMergeKey: () => '"<<" expected a map to merge in',
  badBinary: (remedy: string) => ({
    summary: 'expected !!binary of a text in UTF-8, saw other bytes',
    remedy,
  }),
  keyTwice: (name: string, line: number) => ({
    summary: `${quoted(name)} is written twice: on line ${line} and again here`,
    remedy: 'Keep one of the two.',
  }),
  invalidOtherwise: (code: string) => ({ summary: `not valid YAML (${code})`, ...contentFree }),
  severalDocuments: () => 'expected one YAML document, saw a second one after "---"',
  otherDocumentsUnread: () => ({
    severity: 'warning',
    summary: 'only the first YAML document of this file is read',
    remedy: 'Put the other documents into files of their own, or take them out.',
  }),
  unknownTag: (tag: string) => ({
    summary: `promha does not know the tag ${tag}`,
    remedy: "Remove it: tags of your own may be used only in upstream's parts, such as scrape_configs.",
  }),
  tab: () => ({ summary: 'expected spaces as indentation, saw a tab', remedy: 'Indent with spaces.' }),
  tooDeep: () => 'maps and lists are nested too deeply',
  tooLarge: (what: string) => what,
  quoteNotClosed: (before: string) => ({
    summary: 'not valid YAML: this quote is not closed',
    remedy: `Write the same quote where it ends, before ${before}.`,
  }),
  bracketNotClosed: (open: string, sign: string, before: string) => ({
    summary: `not valid YAML: ${quoted(open)} is not closed`,
    remedy: `Write ${quoted(sign)} where it ends, before ${before}.`,
  }),
  closesNothing: (stray: string) => ({
    summary: `not valid YAML: ${stray} closes nothing`,
    remedy: 'Remove it, or put the value in quotes.',
  }),
  noComma: (message: string) => ({
    summary: usual(message),
    remedy: 'Write commas between the items. Put a text that begins with "{" in quotes.',
  }),
  ofNoItem: () => ({
    summary: 'not valid YAML: this line belongs to no item of the list above it',
    remedy: 'Indent it as the keys of that item are, or write "- " before it.',
  }),
  badIndent: (key: boolean) => ({
    summary: `not valid YAML: this line is indented as no ${key ? 'key' : 'item'} above it`,
    remedy: `Indent it as the other ${key ? 'keys of the map' : 'items of the list'} are.`,
  }),
  dashWithoutSpace: () => ({
    summary: 'not valid YAML: expected "- ITEM", saw a line without a space after "-"',
    remedy: 'Write a space after "-".',
  }),
  noColon: () => ({ summary: noColon, remedy: 'Write a colon and a space after the key.' }),
  colonWithoutSpace: () => ({ summary: noColon, remedy: 'Write a space after the colon.' }),
  badEscape: (message: string) => ({
    summary: usual(message),
    remedy: 'Put the value in single quotes: in double quotes a backslash begins an escape.',
  }),
  noCommaInBrackets: () => ({
    summary: 'not valid YAML: expected a comma between the items in brackets or braces',
    remedy: 'Write a comma between the items, or put the value in quotes.',
  }),
  ofNothing: () => ({
    summary: 'not valid YAML: this line belongs to nothing above it',
    remedy: 'Indent it below the item or the key that it belongs to.',
  }),
  textBehindQuote: (double: boolean) => ({
    summary: 'not valid YAML: more text follows the closing quote',
    remedy: `Put the whole value in ${double ? 'single quotes: these may hold double quotes' : 'double quotes: these may hold single quotes'}.`,
  }),
  unquoted: (message: string) => ({ summary: usual(message), remedy: 'Put the whole value in quotes.' }),
  invalid: (message: string) => usual(message),
  itemOfNoList: () => ({
    summary: 'not valid YAML: this item belongs to no list',
    remedy: 'Indent it as the other items of the list are, or below the key that it belongs to.',
  }),
  colonInValue: () => ({
    summary: 'not valid YAML: this value holds ": ", which would make it a key',
    remedy: 'Put the whole value in quotes, or write the inner key on a line of its own.',
  }),
  noKey: () => 'not valid YAML: expected a key here',
  indentedBelowValue: (line: number) => ({
    summary: `not valid YAML: this line is indented further than line ${line}, which has a value already`,
    remedy: `Indent it as the keys of the same map are, or remove the value on line ${line}.`,
  }),
  aliasBeforeAnchor: (alias: string) => `the alias *${alias} comes before its anchor`,
  aliasOfItself: (alias: string) => `the alias *${alias} contains itself`,
  keyNotText: (collection: boolean) => ({
    summary: 'expected a plain text as key',
    ...(collection ? { remedy: 'Put a text that begins with "{" or "[" in quotes.' } : {}),
  }),
  keyNotUtf8: () => 'expected a key in UTF-8, saw other bytes',
  reservedKey: () => 'a key may not be called "__proto__"',
})
