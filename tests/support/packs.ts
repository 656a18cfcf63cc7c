import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, AskRequest } from '../../src/core/answer.ts'
import type { Platform } from '../../src/core/platform.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import type { PlatformKind } from '../../src/platforms/kind.ts'
import { packKinds, readPack, type Format } from '../../src/platforms/rules.ts'
import { answer } from './recorded.ts'

const folder = join(import.meta.dirname, '../../../shared/data/rules')

/** The packs of others lie beside the repository, since they have their own licences. */
export const hasPacks = existsSync(folder)
if (!hasPacks) console.warn(`no rule packs at ${folder}: the tests that read them are skipped`)

const FILES: Readonly<Record<Format, string>> = { whatsmyname: 'wmn-data.json', sherlock: 'sherlock-data.json' }

export const packFile = (format: Format): string => join(folder, FILES[format])

export const packText = (format: Format): string => readFileSync(packFile(format), 'utf8')

/** The rules that Sherlock leaves out itself. */
export const excluded = (): readonly string[] =>
  readFileSync(join(folder, 'sherlock-false-positive-exclusions.txt'), 'utf8')
    .split('\n')
    .filter((name) => name !== '')

export type WhatsMyNameRule = {
  readonly name: string
  readonly uri_check: string
  readonly post_body?: string
  readonly strip_bad_char?: string
  readonly e_code: number
  readonly e_string: string
  readonly m_code: number
  readonly m_string: string
  readonly known: readonly string[]
}

export type SherlockRule = {
  readonly url: string
  readonly urlProbe?: string
  readonly errorType: 'status_code' | 'message' | 'response_url'
  readonly errorMsg?: string | readonly string[]
  readonly errorCode?: number
  readonly errorUrl?: string
  readonly regexCheck?: string
  readonly username_claimed: string
}

/** Every site of a pack that is taken, whatever platforms there are. */
export function kindsOf(text: string, format: Format): readonly PlatformKind[] {
  return packKinds(readPack(text, format, `./${FILES[format]}`), new Set()).kinds
}

export const connected = (kind: PlatformKind): Platform => kind.connect({}, kind.defaults)

/** An answer to whatever is asked. */
export type Said = {
  readonly status: number
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a site's only look makes of an answer, and what it asked. */
export async function sees(
  platform: Platform,
  handle: string,
  said: Said,
): Promise<{ verdict: Verdict; request: AskRequest; marker: string | null; evidence: Answer | null }> {
  const requests: AskRequest[] = []
  const [look] = platform.looks
  const [reading] = await look!.ask([{ handle, id: null }], (request) => {
    requests.push(request)
    return Promise.resolve(answer(request.url, said.status, said.text ?? '', { ...said.headers }))
  })
  const { verdict, marker, answer: evidence } = reading!
  return { verdict, request: requests[0]!, marker, evidence }
}
