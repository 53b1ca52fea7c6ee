/** Runs a process to its end and tells what it took. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measured {
  /** Seconds by the wall clock. */
  readonly seconds: number
  /** Seconds of CPU of the process and all that it waited for. */
  readonly cpu: number
  /** Peak resident memory in MB of the process alone. */
  readonly memory: number
  readonly stdout: string
}

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const ticks = 100

/** CPU seconds of all children that have ended so far. */
function childrenCpu(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / ticks
}

function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Rejects if it ends with another code than one of `codes`, by default 0. */
export async function measure(
  program: string,
  args: readonly string[],
  { codes = [0] }: { readonly codes?: readonly number[] } = {},
): Promise<Measured> {
  const cpu = childrenCpu()
  const began = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let memory = 0
  const watch = setInterval(() => {
    if (child.pid) memory = Math.max(memory, peakMemory(child.pid))
  }, 20)
  const chunks: Buffer[] = []
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearInterval(watch)
  const seconds = (performance.now() - began) / 1000
  if (code === null || !codes.includes(code))
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`)
  return { seconds, cpu: childrenCpu() - cpu, memory, stdout: Buffer.concat(chunks).toString('utf8') }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
