import { z } from '@hono/zod-openapi'

const NOTE = 'must be text of at most 2000 characters'
const BY = 'must be text from 1 to 120 characters'

/** What a person calls themselves; without it they are called like their token. */
export const by = z.string({ error: BY }).trim().min(1, BY).max(120, BY).optional()

/** What a person has to say. */
export const note = (least: number) => z.string({ error: NOTE }).trim().min(least, 'must not be empty').max(2000, NOTE)
