import { z } from 'zod'
import { MOST_RULES, text, title } from './draft.ts'

const url = text.regex(/^https?:\/\/.+$/, 'expected an address with http or https')
const status = z.int().min(100).max(599)
const someText = z.string().max(4_000)

const Rule = z
  .strictObject({
    name: title,
    uri_check: url,
    uri_pretty: url.optional(),
    post_body: someText.optional(),
    headers: z.record(text, someText).optional(),
    strip_bad_char: text.optional(),
    e_code: status,
    e_string: someText,
    m_code: status,
    m_string: someText,
    known: z.array(text).min(1).max(100),
    cat: text,
    valid: z.literal(false).optional(),
    protection: z.array(text).min(1).optional(),
  })
  .refine(({ post_body, headers }) => post_body === undefined || headers !== undefined, 'post_body needs headers')

/** One rule, after WhatsMyName's own schema. */
export type Rule = z.infer<typeof Rule>

/** Categories may grow, as long as the file itself lists them. */
export function ruleOf(categories: readonly string[]): z.ZodType<Rule> {
  const listed = new Set(categories)
  return Rule.refine(({ cat }) => listed.has(cat), { path: ['cat'], error: 'none of the categories' })
}

/** `wmn-data.json`, after its schema; each rule is looked at by itself. */
export const File = z.strictObject({
  license: z.array(text).min(1),
  authors: z.array(text).min(1),
  categories: z.array(text).min(1),
  sites: z.array(z.unknown()).max(MOST_RULES),
})
