/**
 * The account is not there, and the answer leaves open why. `renamed` is not among the reasons: without a stable id
 * nobody can tell a rename, so that only the name that is watched is said to be gone.
 */
export const GONE_SOMEHOW = ['not_found', 'deactivated', 'suspended', 'deleted'] as const

/** The same on platforms where people cannot deactivate an account for a while. */
export const GONE_FOR_GOOD = ['not_found', 'suspended', 'deleted'] as const
