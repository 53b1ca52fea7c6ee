/** Text for an SVG file. */

/** For an element or an attribute. What XML does not allow becomes U+FFFD. */
export function xml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
  return allowed.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}

/** A wide character of the font, in pixels. */
const wide = 7

/** Shortened to the width of a box; the box has the whole text as its title. */
export function fittedText(text: string, width: number): string {
  const most = Math.floor((width - 12) / wide)
  const chars = [...text]
  return chars.length <= most ? text : `${chars.slice(0, Math.max(0, most - 1)).join('')}…`
}
