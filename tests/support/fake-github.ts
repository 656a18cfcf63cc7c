import { answer } from './recorded.ts'
import type { Answers } from '../platforms/cases/kind.ts'

export type Person = { readonly id: number; login: string }

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const NOT_FOUND = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }

/** Users by their login and by their id, as GitHub's interface shows them, with marks for conditional requests. */
export const githubOf =
  (people: readonly Person[]): Answers =>
  ({ url, headers = {} }) => {
    const [, road, key] = /^\/(users?)\/([^/]+)$/.exec(new URL(url).pathname) ?? []
    if (road === undefined) throw new Error(`no such path: ${url}`)
    const found = people.find(({ id, login }) => (road === 'users' ? login === key : String(id) === key))
    if (found === undefined) return answer(url, 404, NOT_FOUND, JSON_TYPE)
    const etag = `W/"${found.id}-${found.login}"`
    if (headers['if-none-match'] === etag) return answer(url, 304, '', { etag })
    const user = { ...found, type: 'User', name: `Name of ${found.login}`, followers: 12 }
    return answer(url, 200, user, { ...JSON_TYPE, etag })
  }
