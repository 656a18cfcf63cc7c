import { invalid, notFound, suspended, type Parameter, type XAnswer } from './x-problems.ts'
import type { Standing } from './world.ts'

/** What a request asks of the user look-ups. */
export type Lookup = {
  readonly parameter: Parameter
  /** The comma-separated values as they came; undefined when the parameter is missing. */
  readonly values: string | undefined
  readonly fields: string | undefined
}

const FORMATS = { username: /^[A-Za-z0-9_]{1,15}$/, id: /^[0-9]{1,19}$/ }
const MOST = 100

/** The documented `user.fields`; those the stand-in has no value for are taken and left out, as empty ones are. */
const FIELDS = new Set(
  (
    'affiliation confirmed_email connection_status created_at description entities id is_identity_verified location ' +
    'most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics ' +
    'receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type withheld'
  ).split(' '),
)

/** Answers a user look-up strictly as X API v2 does: users in `data`, the others named in `errors`, never both. */
export function lookUp({ parameter, values, fields }: Lookup, standings: readonly Standing[]): XAnswer {
  const kind = parameter.startsWith('id') ? 'id' : 'username'
  const many = parameter.endsWith('s')
  const asked = [...new Set((values ?? '').split(','))]
  const wrong = faultIn(parameter, asked, FORMATS[kind], many ? MOST : 1) ?? faultInFields(fields)
  if (wrong !== null) return wrong
  const found = asked.map((value) => one(value, parameter, kind, fields, standings))
  const data = found.flatMap((answer) => answer.user ?? [])
  const errors = found.flatMap((answer) => answer.error ?? [])
  const shown = data.length === 0 ? {} : { data: many ? data : data[0] }
  return { code: 200, body: { ...shown, ...(errors.length === 0 ? {} : { errors }) } }
}

function faultIn(parameter: Parameter, asked: readonly string[], format: RegExp, most: number): XAnswer | null {
  if (asked[0] === '' && asked.length === 1) {
    return invalid(parameter, '', `The \`${parameter}\` query parameter can not be empty`)
  }
  if (asked.length > most) {
    const size = `The number of values in the \`${parameter}\` query parameter list [${asked.length}]`
    return invalid(parameter, asked.join(','), `${size} is not between 1 and ${most}`)
  }
  const bad = asked.find((value) => !format.test(value))
  if (bad === undefined) return null
  return invalid(parameter, bad, `The \`${parameter}\` query parameter value [${bad}] does not match ${format.source}`)
}

function faultInFields(fields: string | undefined): XAnswer | null {
  const bad = fields?.split(',').find((field) => !FIELDS.has(field))
  if (bad === undefined) return null
  return invalid(
    'user.fields',
    bad,
    `The \`user.fields\` query parameter value [${bad}] is not one of [${[...FIELDS].join(',')}]`,
  )
}

type One = { readonly user?: object; readonly error?: object }

function one(
  value: string,
  parameter: Parameter,
  kind: 'id' | 'username',
  fields: string | undefined,
  standings: readonly Standing[],
): One {
  const wanted = value.toLowerCase()
  const standing = standings.find(({ player, handle }) =>
    kind === 'id' ? player.id === value : handle.toLowerCase() === wanted,
  )
  if (standing === undefined || standing.state === 'gone') return { error: notFound(parameter, value) }
  if (standing.state === 'suspended') return { error: suspended(parameter, value) }
  return { user: userOf(standing, new Set(fields?.split(','))) }
}

const userOf = ({ player, handle }: Standing, fields: ReadonlySet<string>) => ({
  id: player.id,
  name: player.name,
  username: handle,
  ...(fields.has('protected') ? { protected: false } : {}),
  ...(fields.has('public_metrics') ? { public_metrics: { followers_count: player.followers } } : {}),
})
