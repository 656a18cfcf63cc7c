/** Exit codes as sysexits.h names them. */
export const EX_USAGE = 64
export const EX_UNAVAILABLE = 69
export const EX_SOFTWARE = 70
export const EX_CONFIG = 78

/** What the machine refuses us: the port, the disk. */
export class StartError extends Error {}

/** A file that cannot be used; the message is for people. */
export class FileError extends Error {}

/** What the machine refuses is told in a line; a defect of ours keeps its stack. */
export function refuseToStart(fault: unknown): never {
  if (fault instanceof Error && fault.constructor === Error) throw new StartError(fault.message, { cause: fault })
  throw fault
}

/** What stands in a file and cannot be used is told as it is. */
export function whole<T>(read: () => T, Refusal: new (...given: never[]) => Error): T {
  try {
    return read()
  } catch (fault) {
    if (fault instanceof Refusal) throw new FileError(fault.message, { cause: fault })
    throw fault
  }
}
