/** Mounts of the lab: one overlay a host, and what a killed run left mounted. */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { labProblem } from '../messages.ts'
import type { HostPaths } from './paths.ts'
import { attempt, runHere } from './run.ts'

/** Every mount point at or under a directory, the innermost first. */
async function mountsUnder(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const points = table.split('\n').map(line => decode(line.split(' ')[4] ?? ''))
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
  if (left.length > 0) throw new ProblemError([labProblem.stillMounted({}, left[0])])
}

/** Lays a host's own layer over the base tree. Does nothing where that is so already. */
export async function mountOverlay(base: string, paths: HostPaths): Promise<void> {
  if ((await mountsUnder(paths.root)).includes(paths.root)) return
  const options = `lowerdir=${base},upperdir=${paths.upper},workdir=${paths.work}`
  const args = ['-t', 'overlay', 'overlay', '-o', options, paths.root]
  await runHere(`laying ${paths.upper} over ${base}`, 'mount', args)
}

/** Removes a directory of the lab with all in it, never beyond a mount. */
export async function removeTree(directory: string): Promise<void> {
  await unmountAll(directory)
  await runHere(`removing ${directory}`, 'rm', ['-rf', '--one-file-system', '--', directory])
}
