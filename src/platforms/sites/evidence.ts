import { isBlindStatus } from './look.ts'

/** Fewer letters than this occur by chance. */
export const SHORTEST = 5

/** What stands in every page. */
const BLANK_PAGE = [
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
  '<title></title><link rel="stylesheet" href=""><style></style><script src=""></script></head>',
  '<body><div class=""><a href=""></a><span></span></div></body></html>',
].join('')

/** Words of failures, limits and walls. */
const TROUBLE = [
  /rate.?limit|too many requests|captcha|temporar|временно|offline|maintenance|unusual traffic|access denied|forbidden/i,
  /something went wrong|(?:server|internal) error|\b(?:429|50[0-4])\b/i,
  /\b(?:log|sign) in\b|(?<![-_])\bblock(?:s|ed)?\b/i,
]

/** An exclamation that names nothing. */
const EXCLAMATION = /^[\s.,:!-]*(?:error|sorry|oops)[\s.,:!-]*$/i

/** Why a text is no evidence whatever it is to prove, or null. */
export function weakness(text: string): string | null {
  if (text.length < SHORTEST) return 'too short a marker'
  return BLANK_PAGE.includes(text.toLowerCase()) ? 'marker that stands in every page' : null
}

/** Whether a text tells of a failure or a wall: whoever shows it says nothing about an account. */
export const tellsOfTrouble = (text: string): boolean =>
  TROUBLE.some((words) => words.test(text)) || EXCLAMATION.test(text.replace(/<[^<>]*>/g, ' '))

/** Why a text is no evidence of absence, or null. */
export const weaknessOfAbsence = (text: string): string | null =>
  weakness(text) ?? (tellsOfTrouble(text) ? 'marker that tells of a fault or a wall, not of an absence' : null)

/** Whether a status alone says "not here": the usual ones, or being sent away. */
export const saysGone = (status: number): boolean =>
  [204, 404, 410].includes(status) || (status >= 300 && status < 400 && status !== 304)

/** Why an answer with this status can be no evidence, or null. 304 answers a question that we never ask. */
export function weaknessOfStatus(status: number): string | null {
  if (isBlindStatus(status)) return 'status that cannot be told from being blocked'
  return status < 200 || status === 304 ? 'status that never comes' : null
}
