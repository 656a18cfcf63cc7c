import { useState } from 'preact/hooks'
import type { OutageJson } from '../client/index.ts'
import { cleanName, handleWords } from '../core/words.ts'
import { useDesk } from './hooks.ts'

/**
 * Lets a person say that a new name, or a stranger on the handle, is the account from now on: that is never assumed.
 * Who will be pinned is shown before.
 */
export function Accept({ outage }: { readonly outage: OutageJson }) {
  const desk = useDesk()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  const { account, now, because } = outage
  if (now === null || !(because.includes('renamed') || because.includes('taken_over'))) return null

  async function accept(id: string | null): Promise<void> {
    setBusy(true)
    setSaid(await desk.accept(account, id))
    setBusy(false)
    setAsking(false)
  }

  return (
    <div class="hand">
      {asking && (
        <>
          <Face account={account} now={now} />
          <button type="button" class="act" disabled={busy} onClick={() => void accept(now.id)}>
            Accept
          </button>{' '}
          <button type="button" onClick={() => setAsking(false)}>
            Cancel
          </button>
        </>
      )}
      {!asking && desk.state().mayAct && (
        <button type="button" onClick={() => setAsking(true)}>
          Accept… <span class="unseen">who is there instead of {account}</span>
        </button>
      )}
      {said !== null && (
        <p class="problem" role="alert">
          {said}
        </p>
      )}
    </div>
  )
}

/** Other people's text, isolated so that no letter of theirs reorders ours. */
const Face = ({ account, now }: { readonly account: string; readonly now: NonNullable<OutageJson['now']> }) => (
  <p>
    From now on <bdi>{account}</bdi> is <bdi>{handleWords(now.handle)}</bdi>
    {now.id !== null && (
      <>
        {', id '}
        <bdi class="id">{cleanName(now.id, 80)}</bdi>
      </>
    )}
    .
  </p>
)
