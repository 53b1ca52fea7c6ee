/** At most so many at once, the others in order: for logins, downloads and changes. */
export { default as createLimit, type LimitFunction } from 'p-limit'
