/** An inventory as the rules between its components allow it. */
import { type InventoryRead, type ReadOptions, readByRules } from '../inventory/read.ts'
import { siteRules } from '../topology/check.ts'

/** Reads and checks an inventory and every file that it names, see `readByRules`. */
export function readInventory(file: string, options: ReadOptions = {}): Promise<InventoryRead> {
  return readByRules(file, siteRules, options)
}
