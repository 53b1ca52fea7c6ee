/** A key's wire form, good enough where nothing is signed with it. */
export function sampleKey(type: string, fill: number): Buffer {
  const name = Buffer.from(type)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(32)
  return Buffer.concat([length, name, size, Buffer.alloc(32, fill)])
}
