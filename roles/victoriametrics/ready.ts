/** Does a VictoriaMetrics node take samples, and has it room for more? */
import { api } from '../../src/verify/answer/answers.ts'
import { type CheckDefinition, defineCheck } from '../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import { type Disk, diskOf, health } from './answers.ts'

/** Share of what its data may take on the disk above which upstream warns, too: it needs room to merge. */
const nearlyFull = 0.8

/** `storage.ready`: it answers, and is not read-only. Warns if its disk is nearly full. */
export function storageReady(program: Program): CheckDefinition {
  const { host, component } = program
  const needs = { health: programQuestion(program, health), metrics: programQuestion(program, api.metrics) }
  return defineCheck('storage.ready', `${host}/${component}`, needs, ({ metrics }) => {
    const disk = diskOf(metrics)
    const room = `Free space on its disk on ${host}, enlarge it, or set a shorter \`retention\`.`
    if (disk.isReadOnly)
      return { status: 'fail', detail: `${readOnly(disk)}: it refuses samples`, remedy: room }
    if (isNearlyFull(disk)) return { status: 'warn', detail: `ready, but ${leftOn(disk)}`, remedy: room }
    return { status: 'pass', detail: `ready, ${freeOn(disk)}` }
  })
}

/** What keeps it from being written to, for its line of `status`; empty if nothing does. */
export function lackOf(metrics: string | undefined): string {
  const disk = metrics === undefined ? undefined : diskOf(metrics)
  return disk?.isReadOnly ? readOnly(disk) : ''
}

export function noteOf(metrics: string | undefined): string {
  const disk = metrics === undefined ? undefined : diskOf(metrics)
  return disk && isNearlyFull(disk) ? leftOn(disk) : ''
}

function isNearlyFull({ used }: Disk): boolean {
  return used > nearlyFull
}

function readOnly(disk: Disk): string {
  return `read-only, since its disk is full (${freeOn(disk)})`
}

function leftOn(disk: Disk): string {
  return `its disk is nearly full (${freeOn(disk)}, its data takes ${Math.round(disk.used * 100)} % of what it may take)`
}

function freeOn({ free }: Disk): string {
  const gigabytes = free / 1e9
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB free` : `${Math.round(free / 1e6)} MB free`
}
