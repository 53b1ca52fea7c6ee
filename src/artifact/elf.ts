/** For which machine a program is made. */
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { type Cache, compressedPath } from './cache.ts'
import type { LockEntry } from './lock.ts'
import type { ReleaseFile } from './model.ts'

/** Of the ELF header, as far as the machine. */
const headLength = 20
const machines: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [40, 'armv7'],
  [62, 'amd64'],
  [183, 'arm64'],
  [243, 'riscv64'],
])

/** The architecture that a program is made for; undefined if it is no ELF file, as a script is none. */
export function machineOf(head: Buffer): string | undefined {
  if (head.length < headLength || head.readUInt32BE(0) !== 0x7f454c46) return undefined
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  return machines.get(machine) ?? `machine ${machine} of ELF`
}

/** Throws a ProblemError if a program of that release, which is in the cache, is made for another architecture. */
export async function requireMachine(
  cache: Cache,
  { component, arch, archives, files }: LockEntry,
): Promise<void> {
  for (const file of files) {
    const machine = machineOf(await headOf(cache, file))
    if (machine === undefined || machine === arch) continue
    throw new ProblemError([
      error(`the program of ${component} is made for ${machine}, and a host has ${arch}`, {
        detail: archives.map(({ name }) => name).join(', '),
        remedy: 'Name hosts of one architecture, or a program with {arch} in its name.',
      }),
    ])
  }
}

async function headOf(cache: Cache, { sha256 }: ReleaseFile): Promise<Buffer> {
  const chunks: Buffer[] = []
  const content = createReadStream(compressedPath(cache, sha256)).pipe(createGunzip())
  for await (const chunk of content) {
    chunks.push(chunk as Buffer)
    if (Buffer.concat(chunks).length >= headLength) break
  }
  return Buffer.concat(chunks)
}
