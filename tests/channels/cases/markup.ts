/** An address on a line of its own, with nothing in it that would end it or mean something else. */
export const LINK = /\n(?:Outage|Profile): https?:[^\s()[\]\\`<>|*]*(?=\n|$)/g

/** What chats, mail and pages behind a target would take for a mention, a link, a tag or formatting. */
export const isMarkup = (shown: string): boolean =>
  /[<>`*|[\]]|:\/\/|@(?:everyone|here|channel|room)|[\u202A-\u202E\u2066-\u2069]/i.test(shown)
