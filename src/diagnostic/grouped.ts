/** `Map.groupBy`, which Node 20 lacks: the items of each key, the keys in the order of their first items. */
export function grouped<Key, Item>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) remembered<Key, Item[]>(groups, keyOf(item), () => []).push(item)
  return groups
}

/** What is known by that key, made and kept where nothing is. */
export function remembered<Key, Value>(
  known: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
