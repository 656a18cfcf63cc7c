import { z } from '@hono/zod-openapi'

/** A whole number in a query. */
export function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .string({ error })
    .regex(/^\d{1,16}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error))
    .openapi({ type: 'integer', minimum: least, maximum: most })
}

/** The longest page of a list. */
const MOST = 500

/** How many items a page of a list has at the most. */
export const limit = whole(1, MOST).default(100)

const WHEN = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/
const when = 'must be an instant such as 2017-11-02T22:51:58Z (a + is written %2B) or a day'

/** An instant or a UTC day in a query, as epoch ms. */
export const instantIn = z
  .string({ error: when })
  .refine((text) => WHEN.test(text) && !Number.isNaN(Date.parse(text)), when)
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time' })

/** Text in a query, given once. */
export const text = (most: number) => {
  const error = `must be given once and have from 1 to ${most} characters`
  return z.string({ error }).min(1, error).max(most, error)
}

/** One of a few words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` })

/** Where a page of a list begins; opaque. */
export const cursor = text(500).openapi({ description: 'The `next` of the page before' })

const ACCOUNT = { param: { name: 'account', in: 'path' }, example: 'bluesky:bsky.app' } as const
/** An account's address in the path. */
export const accountParam = z.object({ account: z.string().max(300, 'is too long').openapi(ACCOUNT) })
/** The id of an outage, a delivery or a quiet time in the path. */
export const idParam = z.object({
  id: z
    .string()
    .max(100, 'is too long')
    .openapi({ param: { name: 'id', in: 'path' } }),
})
