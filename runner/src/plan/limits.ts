/** The most users a run may ask for. */
export const maxUsers = 1_000_000
/** The most users, arrivals or requests a second that a run may ask for. */
export const maxRate = 1_000_000
