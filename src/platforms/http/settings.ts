import { z } from 'zod'
import { TRUSTS } from '../../core/platform.ts'
import { SHORTEST } from '../sites/evidence.ts'
import { SiteFault } from '../sites/site.ts'
import { siteOf } from './site.ts'

/** Read as a list, written as one thing or several. */
const oneOrMany = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((only): readonly z.output<T>[] => [only]), z.array(one).min(1).max(20)])

const Address = z.string().min(1).max(2_000)

const Json = z.strictObject({
  pointer: z
    .string()
    .max(500)
    .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, 'a JSON pointer such as /user/name (RFC 6901)')
    .meta({ examples: ['/user/name'] }),
  equals: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .optional()
    .describe('What must stand there, "{account}" for the name asked about; left out, anything will do'),
})

const Marker = z
  .strictObject({
    status: oneOrMany(z.int().min(200).max(599)).optional().describe('HTTP status, or a list of them'),
    text: oneOrMany(z.string().min(SHORTEST).max(2_000)).optional().describe('Found in the body as it stands'),
    json: oneOrMany(Json).optional().describe('Where in a JSON body to look for what'),
    redirect: oneOrMany(Address).optional().describe('Where a redirect leads: an address or a path'),
  })
  .meta({ id: 'marker', description: 'All conditions must hold; of a list any one will do' })

/** A marker as the configuration writes it. */
export type MarkerSettings = z.infer<typeof Marker>

const markers = (words: string) => oneOrMany(Marker).describe(words)

const Site = z.strictObject({
  kind: z.literal('http').optional().describe('Makes this entry a site of your own under the name it has here'),
  title: z.string().trim().min(1).max(60).optional().describe('What people call the site'),
  url: Address.describe('What is asked; {account} stands for the name').meta({
    examples: ['https://forum.example/u/{account}'],
  }),
  profile: Address.optional().describe('Where people look, if elsewhere'),
  method: z.enum(['GET', 'POST']).optional().describe('Default GET, or POST where there is a body'),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().max(4_000).optional().describe('JSON or a form; {account} stands for the name'),
  handle: z.string().min(1).max(500).optional().describe('Expression (RE2) that a whole name must match'),
  strip: z.string().min(1).max(20).optional().describe('Characters to take out of names'),
  present: markers('What an answer shows when somebody is there'),
  absent: markers('What an answer shows when nobody is there'),
  blocked: markers('What an answer shows when it is about us').optional(),
  trust: z.enum(TRUSTS).optional().meta({ preset: 'medium', description: 'How far "absent" can be trusted' }),
})

/** A site as the configuration writes it. */
export type SiteSettings = z.infer<typeof Site>

/** A site as the configuration describes it, refused where it could not be read for certain. */
export const SiteSettings = Site
  // What only the whole shows is told once the parts are right.
  .superRefine((described, context) => {
    try {
      siteOf(described)
    } catch (fault) {
      if (!(fault instanceof SiteFault)) throw fault
      const { part, message } = fault
      context.addIssue({ code: 'custom', path: [part], message: EXPECTED[part], params: { found: message } })
    }
  })

const EXPECTED: Readonly<Record<SiteFault['part'], string>> = {
  url: 'an address with {account} where the name belongs, such as https://forum.example/u/{account}',
  profile: 'an address such as https://forum.example/u/{account}',
  headers: 'headers that may be sent',
  body: 'a body with {account} where the name belongs',
  handle: 'an expression in the syntax of RE2',
  present: 'markers that tell for certain that somebody is there',
  absent: 'markers that tell for certain that nobody is there',
  blocked: 'markers of a page about us',
  known: 'names that the site can have',
}
