/** A server that takes mail, as the configuration names it. Port 465 speaks TLS from the first byte. */
export type MailServer = {
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
  /**
   * `always` refuses a server without TLS, or with a certificate that does not name the host; `offered` takes TLS where
   * it is there, whatever the certificate; `never` does not even ask.
   */
  readonly tls: 'always' | 'offered' | 'never'
}

/** One mail, ready to be sent. Header values are single lines. */
export type Letter = {
  readonly from: string
  readonly to: readonly string[]
  /** Those of `to` whom it is handed over for, where the others have it already. */
  readonly envelope?: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<…@…>`; the same on every try, so that a reader sees a repetition as one. */
  readonly messageId: string
  /** The message ids of the mails it follows, oldest first; mail programs make a thread of them. */
  readonly references: readonly string[]
  /** What mail programs sort it by (RFC 2919): a name as of a host. */
  readonly listId: string
}

/** An addressee whom the server did not take a mail for; `isFinal` when it never will. */
export type Unreached = { readonly address: string; readonly isFinal: boolean }

/**
 * Hands a mail to a server. Answers with those whom it was not taken for, while it was for others.
 * @throws {MailFault} when it was taken for nobody
 */
export type Mail = (server: MailServer, letter: Letter) => Promise<readonly Unreached[]>

/** The message is fit to be shown: no credentials, no addresses of people. */
export class MailFault extends Error {
  override readonly name = 'MailFault'
  /** Nothing will change by trying again. */
  readonly isFinal: boolean
  constructor(isFinal: boolean, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.isFinal = isFinal
  }
}
