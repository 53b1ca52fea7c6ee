/** The key files of a run: each read once, each passphrase asked for once, for all hosts. */
import { stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { remembered } from '../../diagnostic/grouped.ts'
import type { Texts } from '../../diagnostic/problem.ts'
import { command } from '../../shell/syntax/quote.ts'
import { readNamedFile } from '../../trust/plain-file.ts'
import { keyFingerprint } from './known-hosts.ts'

export type KeyFile =
  | { readonly state: 'ready'; readonly path: string; readonly key: ParsedKey }
  /** `publicKey`: its wire form, where it can be told without the passphrase. */
  | { readonly state: 'locked'; readonly path: string; readonly publicKey?: Buffer }
  | { readonly state: 'missing'; readonly path: string }
  /** A private key that is this user's own and that others may read: not used, as in OpenSSH. */
  | ({ readonly state: 'exposed'; readonly publicKey?: Buffer } & Texts<'path' | 'why' | 'remedy'>)
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
    load: path => remembered(files, path, () => loadKey(path, parseKey)),
    unlock: path => remembered(unlocked, path, () => ask(path)),
  }
}

async function loadKey(path: string, parseKey: ParseKey): Promise<KeyFile> {
  let data: Buffer
  let exposed: ReturnType<typeof exposure> | undefined
  try {
    data = await readNamedFile(path)
    const { uid, mode } = await stat(path)
    if (uid === process.getuid?.() && (mode & forOthers) !== 0) exposed = exposure(path, mode & 0o7777)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    return code === 'ENOENT' ? { state: 'missing', path } : { state: 'unusable', path, why: message }
  }
  const key = single(parseKey(data))
  if (!(key instanceof Error)) {
    if (!key.isPrivateKey())
      return { state: 'unusable', path, why: 'it holds a public key, not a private one' }
    return exposed ? { ...exposed, publicKey: key.getPublicSSH() } : { state: 'ready', path, key }
  }
  if (!/encrypted/i.test(key.message)) return { state: 'unusable', path, why: key.message }
  const publicKey = await readPublic(path, parseKey)
  return { ...(exposed ?? { state: 'locked', path }), ...(publicKey && { publicKey }) }
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
function exposure(path: string, mode: number) {
  const why = `other users may read it (its mode is ${mode.toString(8).padStart(4, '0')})`
  const remedy = `Run \`${command('chmod', '600', path)}\`; if others can have read it, make a new key.`
  return { state: 'exposed', path, why, remedy } as const
}

/** For messages: the file and the fingerprint that `ssh-keygen -l` prints. */
export function describeKey(path: string, key: Buffer): string {
  return `${path} (${keyFingerprint(key)})`
}
