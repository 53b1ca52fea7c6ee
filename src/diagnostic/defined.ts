type Present<T> = { readonly [Key in keyof T]?: NonNullable<T[Key]> }

/** The fields that are written: a key with nothing after its colon is null in YAML. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Present<T>
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The fields that have a value: an optional one is absent, never undefined. */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
}
