/** Whether hosts are being changed right now, which is what matters if a run is ended at once. */
import type { Emit, Stage } from '../../engine/event.ts'

const changing: ReadonlySet<Stage> = new Set(['packages', 'change', 'removal'])

/** Passes events on and follows the stages. `isChanging`: a host may be half-way between two states now. */
export function watchStages(emit: Emit): { readonly emit: Emit; readonly isChanging: () => boolean } {
  const open = new Set<Stage>()
  return {
    emit: event => {
      if (event.type === 'stage-begin') open.add(event.stage)
      if (event.type === 'stage-end') open.delete(event.stage)
      emit(event)
    },
    isChanging: () => [...open].some(stage => changing.has(stage)),
  }
}
