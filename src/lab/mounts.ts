/** Mounts of the lab: one overlay a host, and what a killed run left mounted. */
import { readFile } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'
import type { HostPaths } from './paths.ts'
import { attempt, run } from './process.ts'

/** Every mount point at or under a directory, the innermost first. */
async function mountsUnder(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const points = table.split('\n').flatMap(line => {
    const point = line.split(' ')[4]
    return point === undefined ? [] : [decode(point)]
  })
  return points.filter(point => point === directory || point.startsWith(`${directory}/`)).reverse()
}

/** mountinfo writes blanks and the like as octal numbers. */
function decode(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** Unmounts everything at or under a directory; what is busy goes away once nothing uses it. */
export async function unmountAll(directory: string): Promise<void> {
  for (const point of await mountsUnder(directory)) {
    const plain = await attempt('umount', [point])
    if (plain.code !== 0) await attempt('umount', ['--lazy', point])
  }
  const left = await mountsUnder(directory)
  if (left.length > 0) {
    throw new ProblemError([
      error(`${left[0]} is still mounted and could not be unmounted`, {
        remedy: `See what uses it with "fuser -vm ${left[0]}", end that, and try again.`,
      }),
    ])
  }
}

/** Lays a host's own layer over the base tree. Does nothing where that is so already. */
export async function mountOverlay(base: string, paths: HostPaths): Promise<void> {
  if ((await mountsUnder(paths.root)).includes(paths.root)) return
  const options = `lowerdir=${base},upperdir=${paths.upper},workdir=${paths.work}`
  await run(`laying ${paths.upper} over ${base}`, 'mount', [
    '-t',
    'overlay',
    'overlay',
    '-o',
    options,
    paths.root,
  ])
}

/** Removes a directory of the lab with all in it, never beyond a mount. */
export async function removeTree(directory: string): Promise<void> {
  await unmountAll(directory)
  await run(`removing ${directory}`, 'rm', ['-rf', '--one-file-system', '--', directory])
}
