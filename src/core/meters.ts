/** What is counted while running. Labels are few and bounded: never an account, an address or an error's text. */
export type Meters = {
  /** What an answer meant for one account: `because` is `present`, `absent` or the cause of doubt. */
  looked(platform: string, look: string, because: string): void
  /** From asking to the answer, however many accounts it was about. */
  answered(platform: string, look: string, seconds: number): void
  /** How far behind its due time a look was asked. */
  late(platform: string, seconds: number): void
  blip(platform: string): void
  moved(transition: string): void
  tried(channel: string, outcome: 'delivered' | 'retry' | 'refused' | 'expired', seconds: number): void
  /** From decision to accepted by the receiver. */
  delivered(channel: string, seconds: number): void
  controls(platform: string, right: boolean): void
  hinted(platform: string): void
}
