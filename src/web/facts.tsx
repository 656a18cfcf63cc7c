import type { AccountView, OutageJson } from '../client/index.ts'
import { audienceWords, cleanName, handleWords } from '../core/words.ts'
import { Age, Instant } from './time.tsx'

type Props = { readonly account: AccountView; readonly outage: OutageJson | undefined }

/** What is known of an account, and of the beginning of its outage. */
export function Facts({ account, outage }: Props) {
  const { identity, lastSightingAt, tags } = account
  return (
    <dl class="facts">
      {outage !== undefined && (
        <Fact what="Last present">
          {outage.lastPresentAt === null ? 'never' : <Instant at={outage.lastPresentAt} />}
        </Fact>
      )}
      {outage !== undefined && (
        <Fact what="First absent">
          <Instant at={outage.firstAbsentAt} />
        </Fact>
      )}
      <Fact what="Last look">{lastSightingAt === null ? 'none yet' : <Age at={lastSightingAt} />}</Fact>
      {identity !== null && (
        <Fact what="Known as">
          <bdi>{handleWords(identity.handle)}</bdi>
          {identity.followers !== undefined && <>, {audienceWords(identity.followers)}</>}
        </Fact>
      )}
      {identity !== null && identity.id !== null && (
        <Fact what="Id">
          <bdi class="id">{cleanName(identity.id, 80)}</bdi>
        </Fact>
      )}
      {tags.length > 0 && <Fact what="Tags">{tags.join(', ')}</Fact>}
    </dl>
  )
}

const Fact = ({ what, children }: { readonly what: string; readonly children: preact.ComponentChildren }) => (
  <div>
    <dt>{what}</dt>
    <dd>{children}</dd>
  </div>
)
