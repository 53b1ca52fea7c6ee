/** The files that `npm run docs` writes, by their paths in the repository. */
import { exitCodes } from '../../src/cli/epilogue.ts'
import { grouped } from '../../src/diagnostic/grouped.ts'
import { type DescribedKey, describedKeys, inventoryJsonSchema } from './json-schema.ts'
import { knownProblems } from './problems.ts'
import { withShared } from './shared.ts'

const note = '<!-- Written by `npm run docs`. Change what it is made from instead. -->'

export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['schema/inventory.schema.json', `${JSON.stringify(withShared(inventoryJsonSchema() as never))}\n`],
    ['docs/reference/keys.md', keysPage(describedKeys())],
    ['docs/reference/exit-codes.md', exitCodesPage()],
    ['docs/errors.md', errorsPage()],
  ])
}

/** Words of every component, which are told once. */
const everywhere = [
  'listen',
  'flags',
  'environment',
  'limits',
  'limits.memory',
  'limits.files',
  'files',
  'per_host',
]

function keysPage(keys: readonly DescribedKey[]): string {
  const isWord = ({ path }: DescribedKey) => {
    const parts = path.split('.')
    if (parts[0] !== 'cells') return false
    return parts.includes('per_host') || parts.includes('limits') || everywhere.includes(parts.at(-1) ?? '')
  }
  const own = keys.filter(key => !isWord(key))
  const sections = grouped(own, ({ path }) => {
    const parts = path.split('.')
    return parts[0] === 'cells' && parts.length > 2
      ? parts.slice(0, parts[2] === 'storage' ? 4 : 3).join('.')
      : ''
  })
  const words = everywhere.flatMap(word => {
    const found = keys.find(({ path }) => path === `cells.*.alertmanager.${word}`)
    return found ? [{ ...found, path: word }] : []
  })
  const lines = [...sections].flatMap(([section, all]) => [
    ...(section === '' ? [] : [`## ${section.replace('cells.*.', '')}`, '']),
    ...tableOf(
      ['key', 'form', 'what it says'],
      all.map(({ path, forms, said }) => [`\`${path}\``, forms.join(' or '), said]),
    ),
    '',
  ])
  return [
    '# Keys of the inventory',
    '',
    note,
    '',
    'Every key, from the schema that promha reads with. `*` is a name of yours. `defaults:` takes what a cell takes. [The',
    'inventory](inventory.md) says how the file is read, and `schema/inventory.schema.json` is the same for editors: with the YAML',
    'language server, write `# yaml-language-server: $schema=PATH` on the first line of the inventory.',
    '',
    '## Words of every component',
    '',
    ...tableOf(
      ['key', 'form', 'what it says'],
      words.map(({ path, forms, said }) => [`\`${path}\``, forms.join(' or '), said]),
    ),
    '',
    '## The file',
    '',
    ...lines,
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function exitCodesPage(): string {
  return [
    '# Exit codes',
    '',
    note,
    '',
    'If several apply, the first one counts.',
    '',
    ...tableOf(['code', 'meaning'], exitCodes),
    '',
  ].join('\n')
}

/** Each code once, with one of the texts that it has. */
function errorsPage(): string {
  const problems = knownProblems()
  const topics = grouped(problems, ({ code }) => code.split('.')[0] ?? '')
  const sections = [...topics]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([topic, all]) => {
      const once = [...grouped(all, ({ code }) => code).values()].flatMap(([first]) => first ?? [])
      const rows = once.map(({ code, severity, summary, remedy }) => [
        `\`${code}\``,
        severity,
        cell(summary),
        cell(remedy),
      ])
      return [`## ${topic}`, '', ...tableOf(['code', 'severity', 'for example', 'what to do'], rows), '']
    })
  return [
    '# Errors and warnings',
    '',
    note,
    '',
    'Each has a code, which keeps its meaning while the words may change; `--json` has it. Here is each code with one example of its',
    'words. Checks of `verify` have an id instead: [checks](reference/checks.md).',
    '',
    ...sections,
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

/** In a table: no line ends, and nothing that Markdown or HTML would take for its own. */
function cell(text: string): string {
  return text.split('\n')[0]?.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*') ?? ''
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
