/** What chats, mail and pages behind a target would take for a mention, a link, a tag or formatting. */
export const isMarkup = (shown: string): boolean =>
  /[<>`*|[\]]|:\/\/|@(?:everyone|here|channel|room)|[\u202A-\u202E\u2066-\u2069]/i.test(shown)
