/** One promise a key, forgotten where it fails so that the next caller tries again. */
export function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key)
  if (found) return found
  const made = make()
  known.set(key, made)
  made.catch(() => known.delete(key))
  return made
}

/** The same for a single thing. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return () => remember(made, '', make)
}
