/** Owners and modes. */
import { command } from './quote.ts'

export interface Owner {
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: number
}

/** One command list that gives a path its owner and mode; it fails where either does. */
export function setOwner({ path, owner, group, mode }: Owner): string {
  return `${command('chown', `${owner}:${group}`, path)} && ${command('chmod', octal(mode), path)}`
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
