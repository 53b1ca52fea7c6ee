/** The words of the problems whose topic is `upstream`. */
import { suggestion } from '../../diagnostic/nearest.ts'
import { contentFree, messages, type Texts } from '../../diagnostic/problem.ts'
import { quoted } from '../text/place.ts'
import { mayBeDefault } from './default-templates.ts'

interface UndefinedTemplate extends Texts<'name' | 'of'> {
  /** A receiver uses it, not only another template. */
  readonly sure: boolean
  /** What may define it besides what is shipped. */
  readonly elsewhere: string | undefined
  readonly known: readonly string[]
}

export const upstreamProblem = messages('upstream', {
  unusableFile: (shown: string, why: string) => ({
    summary: `${shown} ${why}`,
    remedy: 'Paths are relative to the inventory.',
  }),
  undefinedTemplate: ({ name, of, sure, elsewhere, known }: UndefinedTemplate) => {
    const may = elsewhere !== undefined || mayBeDefault(name)
    return {
      ...(sure && !may ? {} : { severity: 'warning' as const }),
      summary: `the template ${quoted(name)}, which ${of} names, is not defined`,
      detail:
        elsewhere !== undefined
          ? `The config also reads ${quoted(elsewhere)}, which promha does not ship. It may be defined there.`
          : mayBeDefault(name)
            ? 'The name looks like one of Alertmanager itself, but no version that promha knows has it.'
            : 'Alertmanager notices this only when it notifies. The notification then fails.',
      ...suggestion(name, known, `Define ${quoted(name)} in a file under "templates:".`),
    }
  },
  notAList: (key: string, seen: string) => ({
    summary: `expected a list of ${key}, saw ${seen}`,
    ...contentFree,
  }),
  itemNotAMap: (key: string, seen: string) => `each item of ${key}: expected a map, saw ${seen}`,
  notAMap: (key: string, seen: string) => ({
    summary: `${key}: expected a map, saw ${seen}`,
    ...contentFree,
  }),
  keyNotUsable: (key: string, remedy: string) => ({ summary: `${quoted(key)} cannot be used here`, remedy }),
  badLabel: (name: string, of: string, fault: string) => ({
    summary: `the label ${quoted(name)} of ${of} ${fault}`,
    remedy: 'Give your label another name.',
  }),
  labelTaken: (name: string, of: string, owner: string) => ({
    summary: `the label ${quoted(name)} of ${of} is ${owner}`,
    remedy: 'Give your label another name.',
  }),
})
