/** Knows when a host is up: its user can log in and systemd has finished booting. */
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { machineName } from './addresses.ts'
import { initPid } from './cgroup.ts'
import type { LabState, PlannedHost } from './model.ts'
import { hostPaths } from './paths.ts'
import { attempt } from './process.ts'
import { until } from './wait.ts'

const bootDeadline = 120_000

/** Waits until the host is up, as its own login sees it; a ProblemError has the end of its console. */
export async function waitUntilUp(state: LabState, host: PlannedHost): Promise<void> {
  let seen = 'nothing answers on its port 22'
  const ask = async () => {
    if (!(await answers(host.address))) return undefined
    const config = `${state.directory}/ssh_config`
    const login = ['-F', config, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', host.name]
    const outcome = await attempt('ssh', [...login, 'systemctl is-system-running'], { timeout: 15_000 })
    const answer = outcome.stdout.trim()
    seen = answer === '' ? outcome.stderr.trim() : `systemctl is-system-running says "${answer}"`
    return answer === 'running' || answer === 'degraded'
  }
  await until(`${host.name} to be up`, bootDeadline, ask, async () => {
    const console = await readFile(hostPaths(state.name, host.name).console, 'utf8').catch(() => '')
    const tail = console.trimEnd().split('\n').slice(-15).join('\n')
    const on = (await initPid(machineName(state.index, host.name))) !== undefined
    return {
      host: host.name,
      detail: `Last seen: ${seen}.${on ? '' : ' The host has stopped.'}\nEnd of its console:\n${tail}`,
      remedy: `Look at the console, then run "promha lab down --name ${state.name}" and try again.`,
    }
  })
}

function answers(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port: 22, timeout: 1_000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    // sshd speaks first; a mere connection would count against it as one that never logged in.
    socket.once('data', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })
}
