import { z } from 'zod'
import { MOST_RULES, text, title } from './draft.ts'

/** How a name's place is written. */
export const MARK = '{}'

const oneOrMany = <T extends z.ZodType>(one: T) => z.union([one, z.array(one)])
const TYPES = ['message', 'response_url', 'status_code'] as const
const tag = z.enum(['adult', 'gaming'])
const message = z.string().max(4_000)

/** One rule, after Sherlock's own schema. */
export const Rule = z
  .strictObject({
    url: text,
    urlMain: text,
    urlProbe: text.optional(),
    username_claimed: text,
    regexCheck: text.optional(),
    isNSFW: z.boolean().optional(),
    headers: z.record(text, message).optional(),
    request_payload: z.record(z.string(), z.unknown()).optional(),
    __comment__: z.string().optional(),
    tags: oneOrMany(tag).optional(),
    request_method: z.enum(['GET', 'POST', 'HEAD', 'PUT']).optional(),
    errorType: oneOrMany(z.enum(TYPES)),
    errorMsg: oneOrMany(message).optional(),
    errorCode: oneOrMany(z.int()).optional(),
    errorUrl: text.optional(),
    response_url: text.optional(),
  })
  .refine(
    ({ errorType, errorMsg }) => !listOf(errorType).includes('message') || errorMsg !== undefined,
    'errorType message needs errorMsg',
  )
  .refine(
    ({ errorType, errorUrl }) => !listOf(errorType).includes('response_url') || errorUrl !== undefined,
    'errorType response_url needs errorUrl',
  )

/** See the schema of the same name. */
export type Rule = z.infer<typeof Rule>

/** `data.json`, after its schema: rules by the site's name, each looked at by itself, beside one key for the schema. */
export const File = z
  .looseObject({ $schema: z.string().optional() })
  .refine((all) => Object.keys(all).length <= MOST_RULES, `expected at most ${MOST_RULES} rules`)

/** What a rule stands under. */
export const Key = z.strictObject({ name: title.regex(/^[^$]/, 'begins with $') })

/** One thing or a list of them, as a list; nothing is an empty one. */
export const listOf = <T extends string | number>(given: T | readonly T[] | undefined): readonly T[] =>
  given === undefined ? [] : typeof given === 'object' ? given : [given]
