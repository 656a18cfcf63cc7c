import { useMemo, useState } from 'preact/hooks'
import type { AccountView, OutageJson, StateView } from '../client/index.ts'
import { isQuieted } from '../core/quiet.ts'
import { Card, Row } from './card.tsx'
import { GROUPS, groupAccounts, type Group, type Members } from './groups.ts'
import { Summary, TITLES } from './summary.tsx'

/** More would make the page slow and nobody could read them; the search finds the others. */
const CAPS: Readonly<Record<Group, number>> = { down: 200, doubted: 60, blind: 60, up: 60, unknown: 30 }

/** The whole roll: those who want attention as cards, the others as lines. */
export function Roll({ view }: { readonly view: StateView }) {
  const [query, setQuery] = useState('')
  const [only, choose] = useState<Group | null>(null)
  const groups = useMemo(() => groupAccounts(view, query.trim(), CAPS), [view.accounts, view.open, query])
  const outages = useMemo(() => new Map(view.open.map((outage) => [outage.account, outage])), [view.open])
  const isShown = (group: Group): boolean => (only === null || only === group) && groups[group].matching > 0
  return (
    <>
      <Summary groups={groups} only={only} choose={choose} />
      <search class="find">
        <label for="find">Find accounts</label>
        <input
          id="find"
          type="search"
          value={query}
          placeholder="name, address, tag"
          autoComplete="off"
          spellcheck={false}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </search>
      {!GROUPS.some(isShown) && <p class="quiet">{query === '' ? 'Nobody here.' : `Nobody matches “${query}”.`}</p>}
      {GROUPS.filter(isShown).map((group) => (
        <Section key={group} group={group} members={groups[group]} outages={outages} quiets={view.quiets} />
      ))}
    </>
  )
}

type SectionProps = {
  readonly group: Group
  readonly members: Members
  readonly outages: ReadonlyMap<string, OutageJson>
  readonly quiets: StateView['quiets']
}

function Section({ group, members: { shown, matching }, outages, quiets }: SectionProps) {
  const rest = matching - shown.length
  const isQuiet = (account: AccountView): boolean => quiets.some((quiet) => isQuieted(quiet, account))
  const asRows = group !== 'down' && group !== 'doubted'
  return (
    <section class={`group ${group}`} aria-labelledby={`group-${group}`}>
      <h2 id={`group-${group}`}>
        {TITLES[group]} <span class="num">{matching.toLocaleString('en')}</span>
      </h2>
      {asRows ? (
        <ul class="rows">
          {shown.map((account) => (
            <Row key={account.account} account={account} quiet={isQuiet(account)} />
          ))}
        </ul>
      ) : (
        <div class="cards">
          {shown.map((account) => (
            <Card
              key={account.account}
              account={account}
              outage={outages.get(account.account)}
              quiet={isQuiet(account)}
            />
          ))}
        </div>
      )}
      {rest > 0 && <p class="quiet">and {rest.toLocaleString('en')} more; search to find them</p>}
    </section>
  )
}
