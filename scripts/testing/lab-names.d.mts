export function labName(further?: string | number): string
export function isOwnLab(name: string): boolean
