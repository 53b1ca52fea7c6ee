/** What people have of a long-term store. */
export const keptSamples = 'long-term samples'
