/** A small SSH server of the test's own, on loopback; commands run here, with a `sudo` of the test's own first in PATH. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Connection } from 'ssh2'
import type { Host, SshSettings } from '../../../src/inventory/model.ts'

export interface ServerOptions {
  /** How many connections are cut before a word is said. */
  readonly cut?: number
  /** How many connections are accepted and get no answer, as on a host that is too busy. */
  readonly unanswered?: number
  /** How many keys get no answer. */
  readonly undecided?: number
  readonly forwarding?: boolean
  /** Further keys to let in, in their wire form. */
  readonly allow?: readonly Buffer[]
  /** A shell script that stands for sudo. */
  readonly sudo?: string
  /** Ends the connection instead of running a command that holds this word. */
  readonly dieOn?: string
  /** What stands for the user's login shell; given the command as its last argument. */
  readonly loginShell?: readonly string[]
  /** Shows this and ends the connection once a key has proven itself, as sshd does where PAM denies the account. */
  readonly deny?: string
}

export interface TestServer {
  readonly port: number
  readonly directory: string
  /** Wire form. */
  readonly hostKey: Buffer
  /** That of `id`, in its wire form. */
  readonly userKey: Buffer
  readonly connections: () => number
  readonly commands: string[]
  host(ssh?: Partial<SshSettings>, name?: string): Host
  /** Resolves once there was a connection and none is left. */
  abandoned(): Promise<void>
  close(): Promise<void>
}

export const passphrase = 'open sesame'

/** Starts the server; `directory` holds the user's keys `id` and `locked` and a `known_hosts` that knows it. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-sshd-'))
  const own = generate()
  const user = generate()
  const locked = generate({ passphrase, cipher: 'aes256-ctr', rounds: 1 })
  const hostKey = publicKey(own.public)
  const userKey = publicKey(user.public)
  const allowed = [userKey, publicKey(locked.public), ...(options.allow ?? [])]
  await writeFile(join(directory, 'id'), user.private, { mode: 0o600 })
  await writeFile(join(directory, 'locked'), locked.private, { mode: 0o600 })
  await writeFile(join(directory, 'other'), generate().private, {
    mode: 0o600,
  })
  await writeFile(join(directory, 'sudo'), `#!/bin/sh\n${options.sudo ?? 'exit 9'}\n`, { mode: 0o755 })
  const commands: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let offers = 0

  const banner = options.deny ? { banner: options.deny } : {}
  const server = new ssh2.Server({ hostKeys: [own.private], ...banner }, client => {
    client.on('error', () => {})
    client.on('authentication', context => {
      if (context.method !== 'publickey') return context.reject(['publickey'])
      offers += 1
      if (offers <= (options.undecided ?? 0)) return
      const { data } = context.key
      if (options.deny !== undefined && context.signature) return void client.end()
      if (allowed.some(key => key.equals(data))) context.accept()
      else context.reject(['publickey'])
    })
    client.on('ready', () => serve(client, options, directory, commands))
  })
  const listener = createServer(socket => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (connections <= (options.cut ?? 0)) socket.destroy()
    else if (connections > (options.unanswered ?? 0)) server.injectSocket(socket)
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  const line = `[127.0.0.1]:${port} ssh-ed25519 ${hostKey.toString('base64')}\n`
  await writeFile(join(directory, 'known_hosts'), line)
  return {
    port,
    directory,
    hostKey,
    userKey,
    commands,
    connections: () => connections,
    host: (ssh = {}, name = 'mon-a') => ({
      name,
      address: '127.0.0.1',
      labels: {},
      ssh: {
        user: 'ops',
        port,
        identity: join(directory, 'id'),
        knownHosts: join(directory, 'known_hosts'),
        sudo: false,
        hostKey: 'strict',
        config: false,
        ...ssh,
      },
    }),
    async abandoned() {
      if (connections === 0) await once(listener, 'connection')
      await Promise.all([...sockets].map(socket => new Promise(resolve => socket.once('close', resolve))))
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => listener.close(resolve))
      await rm(directory, { recursive: true })
    },
  }
}

/** ssh2 now and then makes a key that it cannot read itself. */
function generate(options?: { passphrase: string; cipher: string; rounds: number }): KeyPairReturn {
  for (;;) {
    const pair =
      options === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', options)
    const readable = [
      ssh2.utils.parseKey(pair.private, options?.passphrase),
      ssh2.utils.parseKey(pair.public),
    ]
    if (!readable.some(key => key instanceof Error)) return pair
  }
}

type KeyPairReturn = ReturnType<typeof ssh2.utils.generateKeyPairSync>

function publicKey(text: string): Buffer {
  return Buffer.from(text.split(' ')[1] ?? '', 'base64')
}

function serve(client: Connection, options: ServerOptions, directory: string, commands: string[]): void {
  client.on('session', accept => {
    accept().on('exec', (acceptExec, _reject, { command }) => {
      commands.push(command)
      const channel = acceptExec()
      if (options.dieOn !== undefined && command.includes(options.dieOn)) return void client.end()
      const [shell = '/bin/sh', ...rest] = options.loginShell ?? ['/bin/sh', '-c']
      const environment = { PATH: `${directory}:${process.env.PATH}` }
      const child = spawn(shell, [...rest, command], { env: environment, detached: true })
      // What is still read of the child when its channel has ended is dropped.
      for (const stream of [channel, channel.stderr]) stream.on('error', () => {})
      // What goes on after its channel has ended would keep the test from ending.
      channel.on('close', () => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        } catch {
          // It has ended.
        }
      })
      client.on('close', () => channel.destroy())
      child.stdin.on('error', () => {})
      channel.pipe(child.stdin)
      child.stdout.pipe(channel, { end: false })
      child.stderr.pipe(channel.stderr, { end: false })
      child.on('exit', (code, signal) => {
        if (signal === null) channel.exit(code ?? 0)
        else channel.exit(signal)
      })
      child.on('close', () => channel.end())
    })
  })
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (options.forwarding === false) return void reject()
    const socket = connect(destPort, destIP)
    let open = false
    socket.on('error', () => {
      if (!open) reject()
    })
    socket.on('connect', () => {
      open = true
      const channel = accept()
      channel.on('error', () => {})
      channel.pipe(socket).pipe(channel)
    })
  })
}
