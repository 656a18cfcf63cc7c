import { z } from 'zod'
import type { Outcome } from '../core/channel.ts'
import type { Letter, MailServer, Unreached } from '../core/mail.ts'
import { letterOf } from './email-letter.ts'
import { addressIn } from './email-mailbox.ts'
import { defineChannel } from './kind.ts'
import { remember } from './memory.ts'
import { DAY, refused } from './outcome.ts'

const MOST_PEOPLE = 50

const Mailbox = z
  .string()
  .max(320)
  .refine((text) => addressIn(text) !== null, 'an address such as desk@example.org, or Desk <desk@example.org>')

const Smtp = z
  .strictObject({
    host: z
      .string()
      .regex(/^[\w.:-]{1,253}$/, 'the name or the address of a mail server')
      .describe('The mail server; named here, it may be in a private network'),
    port: z.int().min(1).max(65_535).describe('587 as a rule, 465 for TLS from the first byte'),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional().meta({ secret: true, description: 'Goes with user' }),
    tls: z
      .enum(['always', 'offered', 'never'])
      .optional()
      .meta({
        description:
          'always: only with a certificate that names the host; offered: where the server has it, whatever its ' +
          'certificate; never: in the clear. Unless given it is always, and offered for a server on this machine',
      }),
  })
  .superRefine(({ user, password }, context) => {
    if ((user === undefined) === (password === undefined)) return
    const path = [user === undefined ? 'user' : 'password']
    context.addIssue({ code: 'custom', path, message: 'user and password, or neither', params: { found: 'nothing' } })
  })

const Target = z.strictObject({
  smtp: Smtp,
  from: Mailbox.describe('Whom the mail is from; threads are named after its domain'),
  to: z.union([Mailbox, z.array(Mailbox).min(1).max(MOST_PEOPLE)]).describe('One address, or a list'),
})

/** Mail through a server of one's own (RFC 5321). A mail cannot be edited: what follows an opening answers it. */
export const email = defineChannel({
  id: 'email',
  target: Target,
  connect({ smtp, from, to }) {
    const server = serverOf(smtp)
    const missing = createMissing()
    return {
      id: 'email',
      expiresMs: DAY,
      // A connection each, and mail servers think little of clients that come with many.
      lanes: 2,
      async deliver(notice, _ask, _now, mail) {
        const letter = { ...letterOf(notice, from, [to].flat()), ...missing.of(notice.id) }
        const unreached = await mail(server, letter)
        missing.keep(notice.id, unreached)
        return unreached.length === 0 ? { kind: 'delivered', handle: letter.messageId } : partly(unreached, letter)
      },
    }
  },
})

function partly(unreached: readonly Unreached[], { to }: Letter): Outcome {
  const reason = `the mail server refused ${unreached.length} of ${to.length} addressees`
  return unreached.every(({ isFinal }) => isFinal) ? refused(reason) : { kind: 'retry', reason, retryAt: null }
}

/**
 * Who has not got a mail yet that others have: a mailbox that is full or greylisted must not make all the others get
 * the same mail again and again. It is kept in memory only: after a restart everybody may get the mail once more.
 */
function createMissing() {
  const missing = new Map<string, readonly string[]>()
  return {
    of(notice: string): Pick<Letter, 'envelope'> {
      const envelope = missing.get(notice)
      return envelope === undefined ? {} : { envelope }
    },
    keep(notice: string, unreached: readonly Unreached[]): void {
      const addresses = unreached.map(({ address }) => address)
      if (addresses.length > 0) remember(missing, notice, addresses)
      else missing.delete(notice)
    },
  }
}

/** Between us and a server on this machine nobody listens, and its certificate seldom names `localhost`. */
const serverOf = ({ host, port, user, password, tls }: z.infer<typeof Smtp>): MailServer => ({
  host,
  port,
  ...(user === undefined || password === undefined ? {} : { user, password }),
  tls: tls ?? (/^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host) ? 'offered' : 'always'),
})
