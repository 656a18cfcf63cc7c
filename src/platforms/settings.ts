import { z } from 'zod'

/** Paths and queries are appended to it: a query or a fragment of its own would swallow them. */
const baseWith = (protocol: RegExp) =>
  z.url({ protocol, abort: true }).refine((url) => !/[?#]/.test(url), 'a base address, without ? and #')

/** A base address in the configuration, of a web server and of one that speaks WebSocket. */
export const WebBase = baseWith(/^https?$/)
export const SocketBase = baseWith(/^wss?$/)

/** The base address of an interface; `fallback` is where it is unless the configuration says otherwise. */
export const baseAddress = (fallback: string, description: string) => WebBase.default(fallback).meta({ description })

/** A credential in the configuration: it goes into a header, so nothing may be in it that cannot stand there. */
export const credential = (description: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')
    .meta({ secret: true, description })
