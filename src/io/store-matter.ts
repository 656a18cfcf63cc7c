import { sql as raw, type RawBuilder } from 'kysely'

/**
 * Which loss of sight, storm or unreachable subscriber a transition is about, among those of its subject: a platform's
 * storm and the loss of its sight may begin in the same answer.
 *
 * @param body a transition as JSON text
 */
export function matterIn(body: RawBuilder<unknown> | string): RawBuilder<string> {
  const name = raw`json_extract(${body}, '$.name')`
  return raw<string>`substr(${name}, 1, instr(${name}, '.')) || json_extract(${body}, '$.since')`
}
