/** The key files of a run: each read once, each passphrase asked for once, for all hosts. */
import { stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { command } from '../shell/quote.ts'
import { readNamedFile } from '../trust/plain-file.ts'
import { fingerprint } from './known-hosts.ts'

export type KeyFile =
  | { readonly state: 'ready'; readonly path: string; readonly key: ParsedKey }
  /** `publicKey`: its wire form, where it can be told without the passphrase. */
  | { readonly state: 'locked'; readonly path: string; readonly publicKey?: Buffer }
  | { readonly state: 'missing'; readonly path: string }
  /** A private key that is this user's own and that others may read: not used, as in OpenSSH. */
  | { readonly state: 'exposed'; readonly path: string; readonly mode: number; readonly publicKey?: Buffer }
  | { readonly state: 'unusable'; readonly path: string; readonly why: string }

export type Unlocked =
  | { readonly state: 'ready'; readonly key: ParsedKey }
  | { readonly state: 'no-terminal' | 'wrong' }

export interface KeyRing {
  load(path: string): Promise<KeyFile>
  /** Asks for the passphrase, the first time; three wrong ones and the key is given up for this run. */
  unlock(path: string): Promise<Unlocked>
}

/** Asks the user, who may be asked for several things at once: taking them in turn is the prompt's own affair. */
export type Prompt = (question: string) => Promise<string>
type ParseKey = (data: Buffer, passphrase?: string) => ParsedKey | Error

const attempts = 3
/** As in OpenSSH, the mode counts only if this user owns the key: a key of root's that this user may read is accepted. */
const forOthers = 0o077

export function createKeyRing(parseKey: ParseKey, prompt: Prompt | undefined): KeyRing {
  const files = new Map<string, Promise<KeyFile>>()
  const unlocked = new Map<string, Promise<Unlocked>>()

  async function ask(path: string): Promise<Unlocked> {
    if (prompt === undefined) return { state: 'no-terminal' }
    const data = await readNamedFile(path)
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const passphrase = await prompt(`${attempt === 0 ? '' : 'Wrong passphrase. '}Passphrase for ${path}: `)
      const key = single(parseKey(data, passphrase))
      if (!(key instanceof Error)) return { state: 'ready', key }
    }
    return { state: 'wrong' }
  }

  return {
    load(path) {
      const known = files.get(path) ?? loadKey(path, parseKey)
      files.set(path, known)
      return known
    },
    unlock(path) {
      const known = unlocked.get(path) ?? ask(path)
      unlocked.set(path, known)
      return known
    },
  }
}

async function loadKey(path: string, parseKey: ParseKey): Promise<KeyFile> {
  let data: Buffer
  let mode: number | undefined
  try {
    data = await readNamedFile(path)
    const found = await stat(path)
    if (found.uid === process.getuid?.() && (found.mode & forOthers) !== 0) mode = found.mode & 0o7777
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    return code === 'ENOENT' ? { state: 'missing', path } : { state: 'unusable', path, why: message }
  }
  const key = single(parseKey(data))
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey())
      return { state: 'unusable', path, why: 'it holds a public key, not a private one' }
    if (mode !== undefined) return { state: 'exposed', path, mode, publicKey: key.getPublicSSH() }
    return { state: 'ready', path, key }
  }
  if (!/encrypted/i.test(key.message)) return { state: 'unusable', path, why: key.message }
  const publicKey = await readPublic(path, parseKey)
  const half = publicKey === undefined ? {} : { publicKey }
  return mode === undefined ? { state: 'locked', path, ...half } : { state: 'exposed', path, mode, ...half }
}

async function readPublic(path: string, parseKey: ParseKey): Promise<Buffer | undefined> {
  const data = await readNamedFile(`${path}.pub`).catch(() => undefined)
  const key = data === undefined ? undefined : single(parseKey(data))
  return key === undefined || key instanceof Error ? undefined : key.getPublicSSH()
}

/** Newer files hold a list of keys, though never more than one. */
function single(parsed: ParsedKey | Error | readonly ParsedKey[]): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed as ParsedKey | Error
  return (parsed[0] as ParsedKey | undefined) ?? new Error('it holds no key')
}

/** Why an exposed key is not used, and what to type. */
export function exposure({ path, mode }: { readonly path: string; readonly mode: number }): {
  readonly why: string
  readonly remedy: string
} {
  return {
    why: `other users may read it (its mode is ${mode.toString(8).padStart(4, '0')})`,
    remedy: `Run ${'`'}${command('chmod', '600', path)}${'`'}; if others can have read it, make a new key.`,
  }
}

/** For messages: the file and the fingerprint that `ssh-keygen -l` prints. */
export function describeKey(path: string, key: Buffer): string {
  return `${path} (${fingerprint(key)})`
}
