/** A pattern that matches this text and nothing else, as a part of a larger one. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
