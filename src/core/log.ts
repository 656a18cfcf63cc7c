/** One line a verb (`looked`, `opened`, `delivered`), with ids. Never secrets, never target addresses. */
export type Log = {
  debug(verb: string, fields?: Fields): void
  info(verb: string, fields?: Fields): void
  warn(verb: string, fields?: Fields): void
  error(verb: string, fields?: Fields): void
}

export type Fields = Readonly<Record<string, unknown>>
