import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'

/** Passes up to `limit` bytes on, then fails with what `excess` gives. `taken` is told each piece on its way. */
export function bounded(limit: number, excess: () => Error, taken = (_: Buffer) => {}): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) return done(excess())
      taken(chunk)
      done(null, chunk)
    },
  })
}

/** The same; `seen` says once what has passed. */
export function measured(limit: number, excess: () => Error) {
  const hash = createHash('sha256')
  let size = 0
  const stream = bounded(limit, excess, chunk => {
    size += chunk.length
    hash.update(chunk)
  })
  return { stream, seen: () => ({ sha256: hash.digest('hex'), size }) }
}
