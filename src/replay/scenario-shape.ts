import { z } from 'zod'

const handle = z.string('a handle').regex(/^[A-Za-z0-9_]{1,15}$/, 'a handle: up to 15 letters, digits and underscores')
const line = z.string('text').min(1, 'some text')
const clockTime = z
  .string('a time such as "22:52:03", in quotes')
  .regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'a time such as "22:52:03"')
const remarks = { note: line.optional(), invented: line.optional() }
const instant = z.iso.datetime('a UTC time such as 2017-11-02T22:45:00Z').transform((text) => Date.parse(text))

const account = z.strictObject({
  handle,
  id: z.string('the id as text, in quotes').regex(/^\d{1,19}$/, 'a numeric id of at most 19 digits, in quotes'),
  name: line,
  followers: z.int('a whole number').nonnegative('zero or more'),
  important: z.boolean('true or false').default(false),
  tags: z.array(line, 'a list').default([]),
  schedule: line.optional(),
  watched: z.boolean('true or false').default(true),
  ...remarks,
})

const turn = { at: clockTime, account: handle, ...remarks }
const timed = { from: clockTime, to: clockTime, ...remarks }
const oneOf = (...names: readonly string[]) => `one of ${names.join(', ')}`

/** A scenario as it is written; what cannot be said of one field alone is looked for afterwards. */
export const Shape = z.strictObject({
  title: line,
  start: instant,
  end: instant,
  facts: line,
  invented: line,
  control: handle,
  accounts: z.array(account, 'a list of accounts').min(1, 'at least one account'),
  timeline: z.array(
    z.discriminatedUnion(
      'do',
      [
        z.strictObject({ do: z.literal('gone'), ...turn }),
        z.strictObject({ do: z.literal('suspend'), ...turn }),
        z.strictObject({ do: z.literal('back'), ...turn }),
        z.strictObject({ do: z.literal('rename'), to: handle, ...turn }),
      ],
      oneOf('gone', 'suspend', 'back', 'rename'),
    ),
    'a list',
  ),
  spells: z
    .array(
      z.discriminatedUnion(
        'do',
        [
          z.strictObject({
            do: z.literal('rate-limited'),
            says: z.enum(['reset', 'retry-after'], 'reset or retry-after').default('reset'),
            ...timed,
          }),
          z.strictObject({
            do: z.literal('login-wall'),
            as: z.enum(['redirect', 'page'], 'redirect or page').default('redirect'),
            ...timed,
          }),
        ],
        oneOf('rate-limited', 'login-wall'),
      ),
      'a list',
    )
    .default([]),
})
/** A scenario as it was written, each field right by itself. */
export type Written = z.infer<typeof Shape>
