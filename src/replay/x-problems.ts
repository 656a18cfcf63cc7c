/** An answer as X API v2 writes it. */
export type XAnswer = {
  readonly code: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const HOST = 'https://api.twitter.com/2/problems'

/** What a look-up asks by, and how X spells it in its answers. */
export type Parameter = 'username' | 'usernames' | 'id' | 'ids'

const entry = (parameter: Parameter, value: string, title: string, detail: string) => ({
  value,
  detail,
  title,
  resource_type: 'user',
  parameter,
  resource_id: value,
  // The same for both kinds: only title and detail tell them apart.
  type: `${HOST}/resource-not-found`,
})

/** The entry for somebody who is not there. */
export const notFound = (parameter: Parameter, value: string) =>
  entry(parameter, value, 'Not Found Error', `Could not find user with ${parameter}: [${value}].`)

/** The entry for somebody who is suspended. */
export const suspended = (parameter: Parameter, value: string) =>
  entry(parameter, value, 'Forbidden', `User has been suspended: [${value}].`)

const plain = (code: number, title: string): XAnswer => ({
  code,
  body: { title, type: 'about:blank', status: code, detail: title },
})

/** No token, or a wrong one. */
export const unauthorized = plain(401, 'Unauthorized')
/** A path that X does not have. */
export const noSuchRoute = plain(404, 'Not Found')
/** The rate limit is used up. */
export const tooMany = plain(429, 'Too Many Requests')

/** 400, naming the parameter and what was wrong with it. */
export const invalid = (parameter: string, value: string, message: string): XAnswer => ({
  code: 400,
  body: {
    errors: [{ parameters: { [parameter]: [value] }, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: `${HOST}/invalid-request`,
  },
})
