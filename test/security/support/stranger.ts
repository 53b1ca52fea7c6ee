/** The number of a user and a group that nobody on this machine has. */
export const stranger = 61_234
