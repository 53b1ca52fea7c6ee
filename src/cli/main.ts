#!/usr/bin/env node
/** The program's entry. It costs next to nothing until it is known that more than the version is asked for. */
import module from 'node:module'
import manifest from '../../package.json' with { type: 'json' }
import { streamsFlushed } from './process/flush.ts'

const args = process.argv.slice(2)

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${manifest.version}\n`)
} else {
  // From Node 22.8 on; saves compiling what an earlier run has compiled.
  const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown }
  if (enableCompileCache !== undefined) {
    const { compileCacheDirectory } = await import('./process/compile-cache.ts')
    const directory = compileCacheDirectory(import.meta.filename)
    if (directory !== undefined) enableCompileCache(directory)
  }
  const { runPromha: run } = await import('./program.ts')
  const code = await run(args, manifest.version)
  await streamsFlushed([process.stdout, process.stderr])
  // Ends the process although something may still hold it: all is told and every connection closed by now.
  process.exit(code)
}
