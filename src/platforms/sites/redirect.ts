import type { Answer } from '../../core/answer.ts'

/** Where an answer sends us, or null when it sends nowhere. */
export function targetOf({ status, headers, url }: Pick<Answer, 'status' | 'headers' | 'url'>): URL | null {
  const { location } = headers
  return status < 300 || status > 399 || location === undefined ? null : URL.parse(location, url)
}

/** Words of addresses that ask visitors to sign in, to agree, to prove their age or that they are no machine. */
const DETOUR = new RegExp(
  [
    'login$|logon$|signin|signup|register|^auth$|^authenticat|^authoriz|oauth|^sso$|session',
    'consent|cookie|captcha|challenge|checkpoint|robot|verify|verification|unusual|^blocked$|^denied$',
    '^age$|^age(?:check|gate|confirm)|^adult$|^over18$',
  ].join('|'),
)

/** Whether a redirect leads to a wall instead of an answer. Only what the account's name does not explain counts. */
export function isDetour(target: URL, asked: string, account: string): boolean {
  const elsewhere = target.host === URL.parse(asked)?.host ? [] : target.hostname.split('.')
  const name = squeezed(account)
  return [...elsewhere, ...segmentsOf(target)].map(squeezed).some((word) => word !== name && DETOUR.test(word))
}

/** `Sign_In` and `sign-in` are one word. */
const squeezed = (word: string): string => word.toLowerCase().replace(/[-_.]/g, '')

const segmentsOf = ({ pathname }: URL): readonly string[] => pathname.split('/').map(decoded)

/** Whether a redirect leads away from the account: not to the same page, nor to one that still bears its name. */
export function leadsAway(target: URL, asked: string, account: string): boolean {
  const from = URL.parse(asked)
  const name = account.toLowerCase()
  const isSame = from !== null && placeOf(from) === placeOf(target)
  if (isSame && (from.search === target.search || bears(target.searchParams.values(), name))) return false
  return !bears([...target.hostname.split('.'), ...segmentsOf(target)], name)
}

/** Where the page has only moved to, at the same site: another spelling of its address, or a host beside it. */
export function movedTo(answer: Pick<Answer, 'status' | 'headers' | 'url'>, account: string): URL | null {
  const target = targetOf(answer)
  const from = URL.parse(answer.url)
  if (target === null || from === null || !isBeside(target, from)) return null
  const isNowhere = isDetour(target, answer.url, account) || leadsAway(target, answer.url, account)
  return isNowhere || target.href === from.href ? null : target
}

/** Of the same site, and no less safe. */
function isBeside(target: URL, from: URL): boolean {
  const [one, other] = [target, from].map(({ host }) => host.replace(/^www\./, '')) as [string, string]
  const isSafe = target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:')
  return isSafe && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`))
}

const bears = (words: Iterable<string>, name: string): boolean =>
  Iterator.from(words).some((word) => bare(word) === name)

/** `@Name` and `name.html` without what is around the name. */
const bare = (word: string): string =>
  word
    .toLowerCase()
    .replace(/^[@~]/, '')
    .replace(/\.(?:html?|php|aspx)$/, '')

/** Whether two addresses are one page, as people see it. The query counts only where the wanted one has any. */
export const isPage = (target: URL, wanted: URL): boolean =>
  placeOf(target) === placeOf(wanted) && (wanted.search === '' || target.search === wanted.search)

/** Without scheme, `www.` and a slash at the end. */
const placeOf = ({ host, pathname }: URL): string =>
  `${host.replace(/^www\./, '')}${decoded(pathname).replace(/\/+$/, '')}`.toLowerCase()

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
