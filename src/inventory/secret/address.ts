/** An address with a user and a password: `https://USER:PASSWORD@HOST`. */
export function hasPassword(value: unknown): boolean {
  return typeof value === 'string' && /:\/\/[^/?#\s:@]*:[^/?#\s]+@/.test(value)
}
