/** The words of the problems whose topic is `check`. */
import { listFirst } from '../diagnostic/list-first.ts'
import { messages, type Texts } from '../diagnostic/problem.ts'
import { quoted } from '../inventory/text/place.ts'

export const checkProblem = messages('check', {
  badTargetsFile: (
    the: Texts<'path' | 'said' | 'form'> & { outside: boolean | undefined; remedy: string | undefined },
  ) => ({
    summary: `promtool refuses the targets in ${quoted(the.path)}`,
    detail: the.outside
      ? "The file lies outside the inventory's directory, so promha does not show what promtool says about it."
      : the.said,
    remedy: the.outside ? the.form : (the.remedy ?? the.form),
  }),
  unknownFeature: (program: string, feature: string, of: string) => ({
    severity: 'warning',
    summary: `${program} does not know the feature ${quoted(feature)} ${of}`,
    detail: 'It starts without this feature.',
    remedy: 'Correct the name, or remove it.',
  }),
  flagRefused: (the: Texts<'program' | 'name' | 'of' | 'shown' | 'remedy'>) => ({
    summary: `${the.program} refuses the flag ${quoted(the.name)} ${the.of}`,
    detail: the.shown,
    remedy: the.remedy,
  }),
  ruleTestFails: (the: Texts<'kind' | 'what'> & { lines: readonly string[]; mostLines: number }) => ({
    summary: the.kind === 'other' ? 'promtool cannot run a rule test' : `a rule test fails: ${the.what}`,
    detail: the.lines.slice(0, the.mostLines).join('\n'),
    remedy: 'Correct the rule, or what the test expects of it.',
  }),
  ruleTestFile: (path: string, why: string) => ({
    summary: `${quoted(path)} ${why}`,
    remedy: 'Paths in a rule test count from the test file.',
  }),
  ruleTestsOutsideFail: (path: string, why: string) => ({
    summary: `the rule tests of ${quoted(path)} fail`,
    detail: `${why}, so promha does not show what promtool says.`,
    remedy: `Run \`promtool test rules ${path}\` yourself.`,
  }),
  selectorRefused: (name: string, exec: string | undefined, all: string) => ({
    summary: `promtool refuses a selector under "match" of federation of cell ${quoted(name)}`,
    detail: exec ?? all.trim(),
    remedy: 'Correct it: {__name__=~"job:.*"} and up{job="node"} are selectors.',
  }),
  flagsUnchecked: (of: string, by: string) => ({
    severity: 'warning',
    summary: `the flags ${of} were not ${by}`,
    remedy: '`promha apply` checks them on the host before they are used.',
  }),
  configUnchecked: (of: string, by: string) => ({
    severity: 'warning',
    summary: `the config ${of} was not ${by}`,
    remedy: '`promha apply` checks it on the host before it is used.',
  }),
  ruleTestsNotRun: (cell: string, why: string) => ({
    severity: 'warning',
    summary: `not all rule tests of cell ${cell} were run: ${why}`,
    remedy: 'Run `promtool test rules` on them yourself, or split them into smaller ones.',
  }),
  untrusted: (
    the: Texts<'inWords' | 'inWords2' | 'inventory'> &
      Record<'names' | 'configs' | 'lines', readonly string[]>,
  ) => ({
    severity: 'warning',
    summary: `${the.inWords} ${the.names.length === 1 ? 'is' : 'are'} not trusted on this machine, so the ${the.configs.length === 1 ? 'config' : 'configs'} of ${the.inWords2} ${the.configs.length === 1 ? 'was' : 'were'} not checked here`,
    detail: the.lines.join('\n'),
    remedy: `Run \`promha artifacts trust ${the.inventory}\` to see the programs and accept them. \`promha apply\` checks the configs on the hosts before it uses them.`,
  }),
  checksUnfinished: (minutes: number, whole: string[], ruleTests: boolean) => ({
    severity: 'warning',
    summary: `not all checks could be made on this machine within ${minutes}m`,
    detail: `Not finished: ${listFirst([...new Set(whole)].sort())}.`,
    remedy: `\`promha apply\` checks the rest on the host before it is used.${ruleTests ? ' Run `promtool test rules` on the rule tests yourself.' : ''}`,
  }),
  refused: (the: Texts<'refusal' | 'of' | 'said' | 'remedy'>) => ({
    summary: `${the.refusal} of ${the.of}`,
    detail: the.said,
    remedy: the.remedy,
  }),
  commandLineRefused: (the: Texts<'program' | 'of' | 'said' | 'remedy'>) => ({
    summary: `${the.program} refuses the command line ${the.of}`,
    detail: the.said,
    remedy: the.remedy,
  }),
  sourceSilent: (reasons: readonly string[], names: readonly string[], remedy: string | undefined) => ({
    severity: 'warning',
    summary: 'a source did not answer, so it is unknown whether it has all releases',
    detail: [...reasons.slice(0, 2), `Not checked: ${listFirst(names)}`].join('\n'),
    remedy: remedy ?? 'Make sure that this machine reaches the source, then run the command again.',
  }),
  unfetched: (
    the: Texts<'programs' | 'components' | 'remedies'> & Record<'reasons' | 'configs', readonly string[]>,
  ) => ({
    severity: 'warning',
    summary: `${the.programs} could not be fetched, so promha did not check ${the.components} here`,
    detail: [...the.reasons.slice(0, 2), `Not checked: ${the.configs.join(', ')}`].join('\n'),
    remedy: the.remedies || '`promha apply` checks on the host before anything is used.',
  }),
  withheld: (refusal: string, of: string, said: string) => ({
    summary: `${refusal} of ${of}`,
    detail: said,
    remedy: "Look at that place yourself, or move these files into the inventory's directory to see more.",
  }),
})
