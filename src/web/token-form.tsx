import { useDesk, useFocus } from './hooks.ts'

/** Asks for a token; it stays in this tab and is forgotten with it. */
export function TokenForm({ reason }: { readonly reason: string }) {
  const desk = useDesk()
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        const token = new FormData(event.currentTarget).get('token')
        if (typeof token === 'string' && token.trim() !== '') desk.unlock(token.trim())
      }}
    >
      <h2>This desk asks for a token</h2>
      <p role="alert">{reason}</p>
      <label for="token">Token</label>
      <input id="token" name="token" type="password" required autoComplete="off" ref={useFocus()} spellcheck={false} />
      <button type="submit" class="act">
        Let me in
      </button>
      <p class="quiet">It is kept in this tab only, until the tab is closed.</p>
    </form>
  )
}
