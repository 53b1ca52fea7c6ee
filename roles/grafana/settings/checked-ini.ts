/** What of the user's config Grafana would read in another way than its writer means it. */
import type { Problem, SourceRange } from '../../../src/diagnostic/problem.ts'
import { isSecretMember } from '../../../src/inventory/secret/secret-keys.ts'
import { grafanaProblem } from '../messages.ts'
import type { Ini, IniSetting } from './ini.ts'
import { sectionMeant, sectionNear, settingMeant } from './names.ts'
import { instead } from './own.ts'

/** Where a line of it is; `at` says which line, if the place does not. */
export type PlaceOf = (line: number) => { readonly where: { source?: SourceRange }; readonly at: string }

/** One problem a cause: a section is told only if none of its settings is. */
export function checkIni({ faults, sections, settings }: Ini, placeOf: PlaceOf, problems: Problem[]): void {
  for (const { line, expected } of faults) {
    const { where, at } = placeOf(line)
    problems.push(grafanaProblem.notAnIni(where, at, expected))
  }
  const told = new Set<string>()
  for (const { name: section, line } of sections) {
    if (told.has(section)) continue
    told.add(section)
    const { where, at } = placeOf(line)
    const [meant, near] = [sectionMeant(section), sectionNear(section)]
    const isTold = settings.some(
      one => one.section === section && (instead(section, one.key) ?? settingMeant(section, one.key)),
    )
    if (isTold) continue
    if (meant !== undefined) problems.push(grafanaProblem.sectionMeant(where, { section, at, meant }))
    else if (near !== undefined)
      problems.push(grafanaProblem.sectionNear(where, { section, at, meant: near }))
  }
  for (const setting of settings) checkSetting(setting, placeOf, problems)
}

function checkSetting({ section, key, cut, line }: IniSetting, placeOf: PlaceOf, problems: Problem[]): void {
  const { where, at } = placeOf(line)
  const [use, meant] = [instead(section, key), settingMeant(section, key)]
  if (use !== undefined) problems.push(grafanaProblem.setByPromha(where, { section, key, at, instead: use }))
  else if (meant !== undefined)
    problems.push(
      grafanaProblem.settingMeant(where, { section, key, at, meant: meant.key, below: meant.section }),
    )
  else if (cut && isSecretMember(key, [], 'scalar')) problems.push(grafanaProblem.cutSecret(where, key, at))
}
