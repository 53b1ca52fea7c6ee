/** The names of an inventory, read in a way that runs nothing of it. */
import { inventoryFile } from '../input/inventory-file.ts'
import type { Names } from './values.ts'

/** What a shell can be given as it is: nothing that it would expand. */
const plain = /^[\w.-]+$/

/** Names of hosts, groups and cells. Whatever is wrong, there are none: somebody is typing, and wants no messages. */
export async function inventoryNames(named: string | undefined): Promise<Names> {
  try {
    const { readInventory } = await import('../../site/read.ts')
    const options = { secrets: false, environment: process.env } as const
    const { inventory } = await readInventory(inventoryFile(named), options)
    const plainly = (names: readonly string[]) => names.filter(name => plain.test(name))
    return {
      hosts: plainly(inventory.hosts.map(({ name }) => name)),
      groups: plainly(Object.keys(inventory.groups)),
      cells: plainly(inventory.cells.map(({ name }) => name)),
    }
  } catch {
    return { hosts: [], groups: [], cells: [] }
  }
}
