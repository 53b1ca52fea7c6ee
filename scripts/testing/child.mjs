/** Processes that a test run starts: each has a deadline, and all can be ended together. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Milliseconds in which a process that was asked to end may do so by itself. */
const grace = 10_000
const alive = new Set()

/**
 * Runs a program to its end, or to the deadline (milliseconds); resolves to the exit code, 1 where a signal ended it.
 * `output` is a file descriptor; by default it goes where this process's goes. With `leash`, a Node program keeps a
 * channel by which it learns that this process died.
 */
export function run(program, args, { deadline, output = 'inherit', env = {}, leash = false }) {
  return new Promise(resolve => {
    const stdio = ['ignore', output, output, ...(leash ? ['ipc'] : [])]
    // A group of its own, so that nothing it started outlives it, and a Ctrl-C does not meet it twice.
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio,
      detached: true,
    })
    const tooLate = () => {
      console.error(`\nNot done after ${deadline / 60_000} minutes, ended: ${args.slice(0, 8).join(' ')} …`)
      end(child)
    }
    const timer = setTimeout(tooLate, deadline)
    const done = code => {
      clearTimeout(timer)
      alive.delete(child)
      signal(child, 'SIGKILL')
      resolve(code ?? 1)
    }
    alive.add(child)
    child.once('error', failure => {
      console.error(failure.message)
      done(1)
    })
    child.once('exit', done)
  })
}

/** Ends all that is at work; what awaits it goes on once it is gone. */
export function endAll() {
  for (const child of alive) end(child)
}

function end(child) {
  signal(child, 'SIGTERM')
  setTimeout(() => {
    if (alive.has(child)) signal(child, 'SIGKILL')
  }, grace).unref()
}

/** To the whole group, of which some may be there when the first is not. */
function signal({ pid }, name) {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // Nobody is left.
  }
}
