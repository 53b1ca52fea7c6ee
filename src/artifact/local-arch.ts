/** This machine among the architectures that releases are made for. */
import type { Arch } from './model.ts'

/** Undefined if no release runs here. */
export function localArch(): Arch | undefined {
  if (process.platform !== 'linux') return undefined
  return ({ x64: 'amd64', arm64: 'arm64', arm: 'armv7' } as const)[process.arch as string]
}
