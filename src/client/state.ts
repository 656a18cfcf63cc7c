import type { ClientOptions } from './options.ts'
import { emptyView, foldView, type StateView, type ViewChange } from './view.ts'

/** A view that moves. */
export type StateHolder = {
  readonly view: () => StateView
  /** Moves the view and tells the listeners when it changed. */
  apply(change: ViewChange): void
  /** Answers with a way to stop listening. */
  listen(listener: (view: StateView, change: ViewChange) => void): () => void
  /** To spread into `createClient`'s options. */
  readonly callbacks: Required<Pick<ClientOptions, 'onSnapshot' | 'onTransition' | 'onPulse'>>
}

/** Holds a view and moves it with what the client hears: `createClient({ url, ...createStateView().callbacks })`. */
export function createStateView(start: StateView = emptyView): StateHolder {
  const listeners = new Set<(view: StateView, change: ViewChange) => void>()
  let view = start

  function apply(change: ViewChange): void {
    const next = foldView(view, change)
    if (next === view) return
    view = next
    for (const listener of listeners) listener(view, change)
  }

  return {
    view: () => view,
    apply,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    callbacks: {
      onSnapshot: (snapshot) => apply({ type: 'snapshot', snapshot }),
      onTransition: (transition) => apply({ type: 'transition', transition }),
      onPulse: (pulses) => apply({ type: 'pulse', pulses }),
    },
  }
}
