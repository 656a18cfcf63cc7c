import { iso } from './json.ts'
import type { Accepted } from './outage.ts'
import { faceWords } from './words.ts'

/** `2017-11-02 22:51:58.120`. */
export const utc = (at: number): string => iso(at).replace('T', ' ').replace('Z', '')

export const acceptedWords = ({ identity, by }: Accepted): string => `${faceWords(identity)} accepted by ${by}`
