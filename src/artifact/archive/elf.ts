/** Whether a file is a program, and for which machine it is made. */
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { headLength, notAProgram } from '../../inventory/artifact/program-head.ts'
import { type Cache, compressedPath } from '../cache/cache.ts'
import type { LockEntry } from '../lock/lock.ts'
import { fetchProblem } from '../messages.ts'
import { AbsentError, cachedHash, type ReleaseFile } from '../model.ts'

const machines: Readonly<Record<number, string>> = {
  3: '386',
  40: 'armv7',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
}

/** The architecture that a program is made for; undefined if it is no ELF file, as a script is none. */
export function machineOf(head: Buffer): string | undefined {
  if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return undefined
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  return machines[machine] ?? `machine ${machine} of ELF`
}

/** Throws an AbsentError if a file of that release, which is in the cache, is no program or one for another architecture. */
export async function requireProgram(cache: Cache, entry: LockEntry): Promise<void> {
  const { component, arch } = entry
  const names = entry.archives.map(({ name }) => name)
  for (const file of entry.files) {
    if (file.packed !== undefined) continue
    const head = await headOf(cache, file)
    const wrong = notAProgram(head)
    if (wrong !== undefined)
      throw new AbsentError([fetchProblem.notAProgram({}, component, wrong.fault, names)])
    const machine = machineOf(head)
    if (machine === undefined || machine === arch) continue
    throw new AbsentError([fetchProblem.otherArchitecture({}, { component, machine, arch, archives: names })])
  }
}

async function headOf(cache: Cache, file: ReleaseFile): Promise<Buffer> {
  let head = Buffer.alloc(0)
  for await (const chunk of createReadStream(compressedPath(cache, cachedHash(file))).pipe(createGunzip())) {
    head = Buffer.concat([head, chunk as Buffer])
    if (head.length >= headLength) break
  }
  return head
}
