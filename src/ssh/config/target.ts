/** Where and how to log in, from the inventory's settings over ssh_config over the defaults. */
import { join } from 'node:path'
import { defined } from '../../diagnostic/defined.ts'
import type { SshSettings } from '../../inventory/model.ts'
import { homeIfAny, noHome, userName } from '../../trust/user-directories.ts'
import { type ConfigAnswer, lookUp } from './config.ts'
import type { ConfigNode } from './config-file.ts'

export interface LoginTarget {
  readonly address: string
  readonly port: number
  readonly user: string
  /** The inventory's own key file: tried first, and missed where it cannot be used. */
  readonly identity?: string
  /** Those of ssh_config, else the usual ones; used where they are there. */
  readonly identityFiles: readonly string[]
  /** Leave out the agent's keys that are in none of those files. */
  readonly identitiesOnly: boolean
  /** The socket of ssh-agent. */
  readonly agent?: string
  /** Where accepted keys are written comes first. */
  readonly knownHosts: readonly string[]
  /** What known_hosts calls the host, where that is not its address. */
  readonly hostKeyAlias?: string
  readonly hostKey: 'strict' | 'accept-new' | 'off'
  /** Hosts to go through, the nearest first; each to be looked up itself. */
  readonly jumps: readonly JumpAddress[]
  /** Milliseconds for each step of a login. */
  readonly connectTimeout: number
  /** Set in ssh_config, and not possible here. */
  readonly proxyCommand?: string
  readonly ignoredCriteria: readonly string[]
}

interface JumpAddress {
  readonly user?: string
  readonly host: string
  readonly port?: number
}

/** What the inventory, or a `ProxyJump` line, says of a host. */
export interface TargetRequest {
  /** Names that ssh_config is asked for; the first stands for `%n`. */
  readonly names: readonly string[]
  /** Where to connect to unless ssh_config has a HostName. */
  readonly address: string
  readonly ssh: SshSettings
}

/** Whose machine this runs on. */
interface Local {
  /** undefined: the user has none, and what needs one throws a ProblemError. */
  readonly home: string | undefined
  readonly user: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const usualIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const usualKnownHosts = ['known_hosts', 'known_hosts2']
const defaultTimeout = 10_000

type Config = readonly ConfigNode[]

/** Merges the three. Pure; which key files exist is found out later. Throws a ProblemError if a path needs a home that is not there. */
export function resolveTarget(request: TargetRequest, config: Config, local: Local): LoginTarget {
  const { ssh, names } = request
  const answer = lookUp(config, { names, localUser: local.user, ...defined({ user: ssh.user }) })
  const value = (key: string) => answer.values.get(key)?.[0]
  const alias = names[0] ?? request.address
  const address = expand(value('hostname') ?? request.address, { h: alias, n: alias }, local)
  const port = ssh.port ?? Number(value('port') ?? 22)
  const user = ssh.user ?? value('user') ?? local.user
  const tokens = { h: address, n: alias, r: user, p: String(port) }
  const path = (text: string) => expand(text, tokens, local)
  const command = value('proxycommand')
  const jump = ssh.jump ?? value('proxyjump')
  // A jump, from wherever it comes, takes the place of a command, as it does in OpenSSH.
  const hasCommand = command !== undefined && command.toLowerCase() !== 'none' && jump === undefined
  return {
    address,
    port,
    user,
    identityFiles: identityFiles(answer, ssh, local).map(path),
    identitiesOnly: value('identitiesonly')?.toLowerCase() === 'yes',
    knownHosts: knownHostsFiles(answer, ssh, local).map(path),
    hostKey: ssh.hostKey,
    jumps: jump === undefined || jump.toLowerCase() === 'none' ? [] : parseJumps(jump),
    connectTimeout: timeout(value('connecttimeout')),
    ignoredCriteria: answer.ignored,
    ...defined({
      identity: ssh.identity,
      agent: agentSocket(value('identityagent'), path, local.environment),
      hostKeyAlias: value('hostkeyalias'),
      proxyCommand: hasCommand ? command : undefined,
    }),
  }
}

function identityFiles(answer: ConfigAnswer, ssh: SshSettings, local: Local): readonly string[] {
  const configured = answer.identityFiles.filter(file => file.toLowerCase() !== 'none')
  if (answer.identityFiles.length > 0 || ssh.identity !== undefined) return configured
  if (local.home === undefined) return []
  return usualIdentities.map(name => inHome(`.ssh/${name}`, local))
}

function knownHostsFiles(answer: ConfigAnswer, ssh: SshSettings, local: Local): readonly string[] {
  const usual = () => usualKnownHosts.map(name => inHome(`.ssh/${name}`, local))
  const own = ssh.knownHosts === undefined ? answer.values.get('userknownhostsfile') : [ssh.knownHosts]
  const system = answer.values.get('globalknownhostsfile')
  const files = [...(own ?? usual()), ...(system ?? usualKnownHosts.map(name => `/etc/ssh/ssh_${name}`))]
  return files.filter(file => file.toLowerCase() !== 'none')
}

function agentSocket(
  configured = 'SSH_AUTH_SOCK',
  path: (text: string) => string,
  environment: Local['environment'],
): string | undefined {
  if (configured.toLowerCase() === 'none') return undefined
  const variable = configured === 'SSH_AUTH_SOCK' ? configured : /^\$\{?(.*?)\}?$/.exec(configured)?.[1]
  return variable === undefined ? path(configured) : environment[variable] || undefined
}

function timeout(seconds: string | undefined): number {
  const number = Number(seconds)
  return Number.isFinite(number) && number > 0 ? number * 1000 : defaultTimeout
}

/** Tilde and the percent tokens of ssh_config. */
function expand(text: string, tokens: Readonly<Record<string, string>>, local: Local): string {
  const known: Record<string, string> = { ...tokens, u: local.user, '%': '%' }
  const filled = text.replaceAll(/%(.)/g, (whole, letter: string) =>
    letter === 'd' ? inHome('', local) : (known[letter] ?? whole),
  )
  return filled === '~' || filled.startsWith('~/') ? inHome(filled.slice(2), local) : filled
}

/** Reads `user@host:port,…`; IPv6 addresses stand in brackets, `ssh://` may stand before. */
export function parseJumps(text: string): readonly JumpAddress[] {
  return text.split(',').map(part => {
    const word = part.trim().replace(/^ssh:\/\//, '')
    const at = word.lastIndexOf('@')
    const place = word.slice(at + 1)
    const match = /^\[([^\]]+)\](?::(\d+))?$/.exec(place) ?? /^([^:]+)(?::(\d+))?$/.exec(place)
    return {
      host: match?.[1] ?? place,
      ...(at > 0 ? { user: word.slice(0, at) } : {}),
      ...(match?.[2] === undefined ? {} : { port: Number(match[2]) }),
    }
  })
}

/** This machine's own side. */
export function localSide(): Local {
  return { home: homeIfAny(), user: userName(), environment: process.env }
}

function inHome(path: string, { home }: Local): string {
  if (home === undefined) throw noHome(`the path ~/${path} cannot be used`)
  return join(home, path)
}
