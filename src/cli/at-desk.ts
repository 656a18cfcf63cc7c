import type { Command } from 'commander'
import { webAddress } from './arguments.ts'
import type { There } from './there.ts'

/** What every command that speaks with the running monitor takes. */
export type AtDesk = { readonly url: string; readonly json?: true }

/** Where Rollcall listens unless its configuration says otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:8787'

/** @param does what it does, and what 0 and 1 mean */
export const atDesk = (command: Command, does: string): Command =>
  command
    .description(`${does} or not reached`)
    .option('--url <url>', 'where Rollcall listens; the token is in ROLLCALL_TOKEN', webAddress, DEFAULT_URL)

/** The same for one whose answer can be had as JSON. */
export const atDeskJson = (command: Command, does: string): Command =>
  atDesk(command, does).option('--json', 'the answer as JSON')

export const thereOf = ({ url }: AtDesk): There => ({ url, token: tokenHere() })

export const tokenHere = (): string | undefined => process.env['ROLLCALL_TOKEN']
