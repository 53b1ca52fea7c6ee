/** Owners and modes. */
export interface OwnedPath {
  readonly path: string
  readonly owner: string
  readonly group: string
  readonly mode: number
}

/** As `chown` reads it. */
export function ownerWord({ owner, group }: Pick<OwnedPath, 'owner' | 'group'>): string {
  return `${owner}:${group}`
}

/** As `chmod` reads it. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
