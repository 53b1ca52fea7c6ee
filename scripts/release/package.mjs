/** The packed file, tried as a user would. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** What a program prints. Throws with all that it printed if it fails. */
export function output(cwd, program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  throw new Error(`${[program, ...words].join(' ')} failed:\n${error?.message ?? stdout + stderr}`)
}

/**
 * Packs the checkout into `directory`, installs the file into an empty prefix and calls the program. Nothing is asked of a
 * registry: the package brings all that it needs. Returns the path of the packed file; throws if it does not work.
 */
export function tryPackage(root, directory, version) {
  const name = output(root, 'npm', ['pack', '--silent', '--pack-destination', directory])
  const packed = join(directory, name.split('\n').at(-1))
  const prefix = join(directory, 'prefix')
  mkdirSync(prefix)
  const cache = join(directory, 'cache')
  output(prefix, 'npm', ['install', '--global', '--prefix', prefix, '--cache', cache, '--offline', packed])
  const program = join(prefix, 'bin/promha')
  const said = output(prefix, program, ['--version'])
  if (said !== version) throw new Error(`promha --version: expected ${version}, saw ${said}`)
  output(prefix, program, ['validate', join(prefix, 'lib/node_modules/promha/inventories/example.yml')])
  return packed
}
