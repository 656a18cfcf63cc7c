import { useEffect, useState } from 'preact/hooks'
import type { AccountView } from '../client/index.ts'
import { Facts } from './facts.tsx'
import { useDesk } from './hooks.ts'
import { Age } from './time.tsx'
import { saidWords } from './words.ts'

const REFRESH_EVERY = 5_000

/** What each look last said, kept fresh while it is open: the socket does not tell it. */
export function Looks({ account, facts = false }: { readonly account: AccountView; readonly facts?: boolean }) {
  const desk = useDesk()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (!open) return undefined
    void desk.refresh(account.account)
    const timer = setInterval(() => void desk.refresh(account.account), REFRESH_EVERY)
    return () => clearInterval(timer)
  }, [open, desk, account.account])
  return (
    <details class="looks" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Looks <span class="unseen">at {account.account}</span>
      </summary>
      {open && facts && <Facts account={account} outage={undefined} />}
      {open && <LookList account={account} />}
    </details>
  )
}

function LookList({ account }: { readonly account: AccountView }) {
  if (account.looks.length === 0) return <p>No look has been taken yet.</p>
  return (
    <ul>
      {account.looks.map((look) => (
        <li key={`${look.look} ${look.vantage}`} class={look.verdict}>
          <strong>{look.look}</strong> {look.vantage !== 'home' && `from ${look.vantage} `}
          {saidWords(look)}, <Age at={look.answeredAt} />
        </li>
      ))}
    </ul>
  )
}
