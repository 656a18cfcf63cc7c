import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Answer, Ask } from '../../src/core/answer.ts'

const folder = join(import.meta.dirname, '../../../shared/data/recorded')

/** Answers recorded from real servers lie beside the repository; tests that need them are skipped where they do not. */
export const hasRecorded = existsSync(folder)
if (!hasRecorded) console.warn(`no recorded answers at ${folder}: the tests that play them are skipped`)

type Recording = {
  readonly request: { readonly method: string; readonly url: string }
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown }
}

/** An answer as `ask` would give it; a body that is no text is written as JSON. */
export function answer(url: string, status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { url, status, headers, text, digest: () => createHash('sha256').update(text).digest('hex') }
}

/** Any recorded file as its JSON; `path` is relative to the folder, with its ending. */
export const recordedFile = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8')) as unknown

/** One recorded answer: `recorded('bluesky/plc/did/active')`. */
export function recorded(path: string): Answer {
  const { request, response } = recordedFile(`${path}.json`) as Recording
  return answer(request.url, response.status, response.body, response.headers)
}

/** The URLs that were asked by GET below a folder, each with its answer; the file's name is told to `keep`. */
export function recordedAnswers(
  under: string,
  keep: (name: string) => boolean = () => true,
): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>()
  for (const path of readdirSync(join(folder, under), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!path.endsWith('.json') || !keep(basename(path, '.json'))) continue
    const recording = recordedFile(join(under, path)) as Partial<Recording>
    if (recording.response === undefined || recording.request?.method !== 'GET') continue
    const { url } = recording.request
    if (!answers.has(url)) answers.set(url, recorded(join(under, path.slice(0, -'.json'.length))))
  }
  return answers
}

/** What a fake network says instead of the recording: an answer, or what the request ends in. */
export type Instead = (url: string) => Answer | Error | undefined

/**
 * An `Ask` that serves answers by their URL and notes what it was asked. A URL that nobody recorded is a mistake of
 * the test, and is no `AskFault`.
 */
export function fakeAsk(answers: ReadonlyMap<string, Answer>, instead: Instead = () => undefined) {
  const asked: string[] = []
  const ask: Ask = ({ url }) => {
    asked.push(url)
    const found = instead(url) ?? answers.get(url) ?? new Error(`nobody recorded ${url}`)
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found)
  }
  return { ask, asked }
}
