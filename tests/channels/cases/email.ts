import { email } from '../../../src/channels/email.ts'
import type { ChannelCases } from './kind.ts'

/** What a mail server answers is no HTTP: that is held to a real one beside this. */
export const cases: ChannelCases = {
  kind: email,
  isMail: true,
  target: (origin, secret) => ({
    smtp: { host: new URL(origin).hostname, port: Number(new URL(origin).port), user: 'rollcall', password: secret },
    from: 'rollcall@example.org',
    to: 'desk@example.org',
  }),
  accepted: { status: 200 },
  answers: [],
  read: () => ({ shown: [] }),
}
