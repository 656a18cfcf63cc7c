import { useState } from 'preact/hooks'
import type { OutageJson } from '../client/index.ts'
import { cleanName } from '../core/words.ts'
import { useDesk, useFocus } from './hooks.ts'
import { Instant } from './time.tsx'

/** Who has it in hand; or the way to say so. */
export function Acknowledge({ outage }: { readonly outage: OutageJson }) {
  const { acknowledged } = outage
  const [writing, setWriting] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  if (acknowledged !== null) {
    const note = cleanName(acknowledged.note, 300)
    return (
      <p class="hand">
        <span aria-hidden="true">✓ </span>Acknowledged by <bdi>{cleanName(acknowledged.by, 60)}</bdi>,{' '}
        <Instant at={acknowledged.at} />
        {note !== '' && (
          <>
            : <q>{note}</q>
          </>
        )}
      </p>
    )
  }
  return (
    <div class="hand">
      {writing ? (
        <Note outage={outage} close={() => setWriting(false)} tell={setSaid} />
      ) : (
        <Begin begin={() => setWriting(true)} outage={outage} />
      )}
      {said !== null && (
        <p class="problem" role="alert">
          {said}
        </p>
      )}
    </div>
  )
}

function Begin({ begin, outage }: { readonly begin: () => void; readonly outage: OutageJson }) {
  if (!useDesk().state().mayAct) return null
  return (
    <button type="button" class="act" onClick={begin}>
      Acknowledge <span class="unseen">the outage of {outage.account}</span>
    </button>
  )
}

type NoteProps = {
  readonly outage: OutageJson
  readonly close: () => void
  readonly tell: (problem: string | null) => void
}

function Note({ outage, close, tell }: NoteProps) {
  const desk = useDesk()
  const [busy, setBusy] = useState(false)
  const field = `note-${outage.id}`

  async function send(form: HTMLFormElement): Promise<void> {
    const note = new FormData(form).get('note')
    setBusy(true)
    tell(await desk.acknowledge(outage.id, typeof note === 'string' ? note.trim() : ''))
    setBusy(false)
    close()
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send(event.currentTarget)
      }}
    >
      <label for={field}>Note for the others</label>
      <input
        id={field}
        name="note"
        maxLength={500}
        autoComplete="off"
        ref={useFocus()}
        placeholder="who has it, what is being done"
      />
      <button type="submit" class="act" disabled={busy}>
        Acknowledge
      </button>
      <button type="button" onClick={close}>
        Cancel
      </button>
    </form>
  )
}
