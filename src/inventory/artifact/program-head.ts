/** What a file that is to be a program is, by its first bytes. */

/** Bytes from the beginning that have to be read; a tar archive shows itself at byte 257. */
export const headLength = 512

interface OtherFile {
  /** `is an HTML page` */
  readonly fault: string
  readonly isArchive: boolean
}

/** Undefined for a program: an ELF file, or a script that names its interpreter. Otherwise what it is. */
export function notAProgram(head: Uint8Array): OtherFile | undefined {
  const text = Buffer.from(head).toString('latin1')
  if (text === '') return other('is empty')
  if (text.startsWith('\x7fELF') || text.startsWith('#!')) return undefined
  if (/^\s*<(!doctype html|html|head|body)\b/i.test(text)) return other('is an HTML page')
  if (text.startsWith('ustar', 257)) return { fault: 'is a tar archive', isArchive: true }
  const kind = kinds.find(([beginning]) => text.startsWith(beginning))?.[1]
  if (kind) return { fault: `is ${kind}`, isArchive: kind.endsWith(' archive') }
  return other(
    /\p{Cc}/u.test(text.replace(/\s/g, ''))
      ? 'is neither an ELF file nor a script'
      : 'is a text that does not begin with "#!"',
  )
}

const other = (fault: string): OtherFile => ({ fault, isArchive: false })

const kinds: readonly (readonly [string, string])[] = [
  ['\x1f\x8b', 'a gzip archive'],
  ['PK\x03\x04', 'a zip archive'],
  ['\xfd7zXZ', 'an xz archive'],
  ['\x28\xb5\x2f\xfd', 'a zstd archive'],
  ['BZh', 'a bzip2 archive'],
  ['!<arch>', 'a Debian package'],
  ['\xed\xab\xee\xdb', 'an RPM package'],
  ['MZ', 'a program for Windows'],
  ['\xcf\xfa\xed\xfe', 'a program for macOS'],
]

/** What to do about an archive of a program. */
export const unpackFirst =
  'Unpack it and name the program itself. promha unpacks an archive only if it is written as { repo, version, asset, checksums, file }.'
