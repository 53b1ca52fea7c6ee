/**
 * A host in miniature: scripts run by dash in a mount namespace of their own, where promha's directory and /run are
 * fresh and `systemctl` only writes down what it is told.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface MiniHost {
  /** Below it everything is the test's own; the same path within and outside of the namespace. */
  readonly root: string
  readonly run: (script: string, stdin?: Uint8Array) => Said
  /** Below /var/lib/promha. */
  readonly promha: (path: string) => string
  readonly write: (path: string, content: string) => void
  /** Undefined where there is no such file. */
  readonly read: (path: string) => string | undefined
  /** What systemctl was told since the last time. */
  readonly told: () => readonly string[]
  /** Has the run hold the host's lock, as if it was renewed so many seconds ago. */
  readonly lock: (run: string, ago?: number) => void
  readonly remove: () => void
}

const systemctl = (root: string) => `#!/bin/sh
echo "$*" >>${root}/told
case $1 in is-active | is-enabled) grep -qsx "$1" ${root}/answers ;; *) ! grep -qsxF "fail $1" ${root}/answers ;; esac
`

/** `more`: names of directories below its root, and where they are to lie in the namespace. */
export function miniHost(more: Readonly<Record<string, string>> = {}): MiniHost {
  const root = mkdtempSync(join(tmpdir(), 'promha-host-'))
  const at = (path: string) => join(root, path)
  for (const directory of ['promha', 'run', 'units', 'etc', ...Object.keys(more)]) mkdirSync(at(directory))
  writeFileSync(at('systemctl'), systemctl(root), { mode: 0o755 })
  const binds = [
    ['promha', '/var/lib/promha'],
    ['run', '/run'],
    ['units', '/etc/systemd/system'],
    ...Object.entries(more),
  ].map(([from = '', to]) => `mkdir -p ${to} && mount --bind ${at(from)} ${to}`)
  // Nothing else of the machine's is in reach of a script that goes wrong with systemd.
  const enter = `set -e; ${binds.join('; ')}; mount --bind ${at('systemctl')} $(readlink -f /usr/bin/systemctl); exec dash -c "$1"`
  const write = (path: string, content: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  return {
    root,
    run: (script, stdin) => {
      const said = spawnSync(
        'unshare',
        ['--mount', '--propagation', 'private', 'sh', '-c', enter, 'sh', script],
        {
          input: stdin ?? '',
          encoding: 'utf8',
          timeout: 60_000,
        },
      )
      return { code: said.status, stdout: said.stdout, stderr: said.stderr }
    },
    promha: path => at(`promha/${path}`),
    write,
    read,
    told: () => {
      const lines = (read(at('told')) ?? '').split('\n').filter(line => line !== '')
      rmSync(at('told'), { force: true })
      return lines
    },
    lock: (run, ago = 0) => {
      const up = Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])) - ago
      write(at('run/promha.lock'), `run=${run}\nrenewed=${up}\nsince=1\nwho=me@here\npid=1\ncommand=apply\n`)
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
