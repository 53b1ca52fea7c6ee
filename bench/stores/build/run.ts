/** `npm run stores:build`: builds the programs named, or all, and says where they are. */
import { buildCache, built } from './build.ts'
import { goProgram, goPrograms } from './programs.ts'
import { ensureGo, type Go } from './toolchain.ts'

const names = process.argv.slice(2)
const wanted = names.length === 0 ? goPrograms : names.map(goProgram)
const cache = buildCache()
let toolchain: Promise<Go> | undefined
const go = () => {
  toolchain ??= ensureGo()
  return toolchain
}
for (const program of wanted) {
  const began = performance.now()
  const directory = await built(program, { go, cache })
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${program.name} ${program.version}: ${directory} (${seconds} s)`)
}
