/**
 * Somebody is not there, and the answer leaves open why. A new name is not among it where no id could tell: under the one
 * that is watched there is nobody, and more is never claimed.
 */
export const GONE_SOMEHOW = ['not_found', 'deactivated', 'suspended', 'deleted'] as const

/** The same where accounts cannot be switched off for a while. */
export const GONE_FOR_GOOD = ['not_found', 'suspended', 'deleted'] as const
