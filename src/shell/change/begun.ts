/** The last step before files are put in place. */
import { oldName } from '../syntax/layout.ts'
import { flushFiles } from '../syntax/placing.ts'
import { command, quote } from '../syntax/quote.ts'
import { enter, parted } from '../syntax/way.ts'
import { type ChangeRequest, stagedPlaces } from './request.ts'
import { marks, stagingOf } from './staging.ts'

/** To the staging directory again, which all marks are relative to. */
export function back({ component }: Pick<ChangeRequest, 'component'>): string {
  return command('cd', stagingOf(component))
}

/** No name of an earlier change is left beside what is about to be put in place, so that the way back finds this one's only. */
export function begun(request: ChangeRequest): string[] {
  const clear = (path: string) => [
    enter(parted(path).directory),
    command('rm', '-rf', '--', parted(oldName(path)).name),
  ]
  return [
    ...stagedPlaces(request).flatMap(({ path }) => clear(path)),
    ...request.removed.flatMap(path => [
      `if [ -d ${quote(parted(path).directory)} ]; then`,
      ...clear(path),
      'fi',
    ]),
    back(request),
    `: >${marks.placing}`,
    flushFiles([marks.placing, '.']),
  ]
}
