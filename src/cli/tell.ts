import type { Done } from './there.ts'

/** Prints what came of it and sets the exit code: 0 done, 1 refused or not reached. */
export function tell<T>(done: Done<T>, json: boolean, words: (value: T) => string): void {
  if (done.kind === 'done') {
    const text = json ? asJson(done.value) : words(done.value)
    if (text !== '') console.log(text)
  } else {
    console.error(done.reason)
    process.exitCode = 1
  }
}

export const printJson = (value: unknown): void => console.log(asJson(value))

const asJson = (value: unknown): string => JSON.stringify(value, null, 2)
