/** Bytes that come in pieces, kept so that a sender of tiny pieces costs no more memory than any other. */

/** Bytes in one piece of memory that grows by doubling: pieces of one byte take no more than one of many. `largest`: bytes at most. */
export function createBuffer(largest: number): { add(chunk: Buffer): void; bytes(): Buffer } {
  let memory = Buffer.alloc(0)
  let length = 0
  return {
    add(chunk) {
      if (length + chunk.length > memory.length) {
        const size = Math.min(largest, Math.max(2 * memory.length, length + chunk.length, 4096))
        const grown = Buffer.allocUnsafe(size)
        memory.copy(grown, 0, 0, length)
        memory = grown
      }
      length += chunk.copy(memory, length)
    },
    bytes: () => memory.subarray(0, length),
  }
}

/** The last bytes of all that is added. Each byte is copied a few times at most, however small the pieces. */
export function createTail(size: number): { add(chunk: Buffer): void; clear(): void; bytes(): Buffer } {
  let held = createBuffer(2 * size)
  let length = 0
  const keep = (last: Buffer) => {
    held = createBuffer(2 * size)
    held.add(last)
    length = last.length
  }
  return {
    add(chunk) {
      const last = chunk.subarray(Math.max(0, chunk.length - size))
      if (length + last.length > 2 * size) keep(held.bytes().subarray(-size))
      held.add(last)
      length += last.length
    },
    clear: () => keep(Buffer.alloc(0)),
    bytes: () => held.bytes().subarray(-size),
  }
}
