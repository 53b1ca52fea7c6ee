/** One promise a key, forgotten where it fails so that the next caller tries again. */
export function oncePerKey<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = all.get(key)
  if (found) return found
  const made = make()
  all.set(key, made)
  made.catch(() => all.delete(key))
  return made
}

/** The same for a single thing. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  const made = new Map<string, Promise<T>>()
  return () => oncePerKey(made, '', make)
}
