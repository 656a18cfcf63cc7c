import { createRequire } from 'node:module'
import type * as Cards from 'adaptivecards'

// The package's modules only load by a bundler; this is its build for everybody else.
const load = createRequire(import.meta.url)
const { AdaptiveCard, SerializationContext, Versions } = load('adaptivecards/dist/adaptivecards.js') as typeof Cards

/** What Microsoft's own reader of cards objects to: unknown elements, wrong values, missing properties. */
export function faultsOfCard(card: object): readonly string[] {
  const context = new SerializationContext(Versions.v1_4)
  const read = new AdaptiveCard()
  read.parse(card, context)
  const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at))
  return [...events, ...read.validateProperties().validationEvents].map(({ message }) => message)
}
