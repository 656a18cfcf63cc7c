import { createHmac, timingSafeEqual } from 'node:crypto'

/** How a request says that it comes from Slack. */
export type SlackClaim = {
  readonly signature: string | undefined
  /** Unix seconds. */
  readonly timestamp: string | undefined
  /** As it came, before anything reads it. */
  readonly body: Uint8Array
}

/** Older than this, ms, it may be somebody's recording. */
const LATEST = 300_000

/**
 * Whether Slack signed this with one of the secrets (api.slack.com/docs/verifying-requests-from-slack). Every secret is
 * compared to the end, so that the time it takes tells nothing about any of them.
 *
 * @param now epoch ms, by the real clock: Slack signs with its own
 */
export function isFromSlack(claim: SlackClaim, secrets: readonly string[], now: number): boolean {
  const { signature, timestamp } = claim
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp) * 1000) > LATEST) return false
  const offered = Buffer.from(signature)
  return secrets.filter((secret) => isSame(offered, signatureOf(secret, timestamp, claim.body))).length > 0
}

const signatureOf = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`)

const isSame = (offered: Buffer, right: Buffer): boolean =>
  offered.length === right.length && timingSafeEqual(offered, right)
