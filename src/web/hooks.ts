import { createContext } from 'preact'
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Desk, DeskState } from './desk.ts'

/** The desk, for every part of the page. */
export const DeskContext = createContext<Desk | null>(null)

/** The desk that the page stands on. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (desk === null) throw new Error('a part of the page stands outside the desk')
  return desk
}

/** The desk's state; many changes in one turn make one drawing. */
export function useDeskState(desk: Desk): DeskState {
  const [state, setState] = useState(desk.state())
  useEffect(() => desk.listen(() => setState(desk.state())), [desk])
  return state
}

const LISTENERS = new Set<() => void>()
setInterval(() => LISTENERS.forEach((listener) => listener()), 250)

/** The server's time in whole seconds, epoch ms; draws anew when the second changes. */
export function useNow(): number {
  const desk = useDesk()
  const second = (): number => Math.floor(desk.now() / 1000) * 1000
  const [now, setNow] = useState(second)
  useEffect(() => {
    const tick = (): void => setNow(second())
    LISTENERS.add(tick)
    return () => void LISTENERS.delete(tick)
  }, [desk])
  return now
}

/** Puts the cursor into a field when it appears; `autofocus` does so only once in a page's life. */
export function useFocus() {
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => field.current?.focus(), [])
  return field
}
