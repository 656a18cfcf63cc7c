import { watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Editors write a file in several steps; what they do within this is one change. */
const SETTLE_MS = 150

/**
 * Calls when the file may have changed, once things have settled. It watches the folder, since editors and mounted
 * volumes put a new file in the old one's place (a volume by turning its `..data` link).
 *
 * @param onFault the folder can no longer be watched; without it such a fault ends the process
 * @returns stops watching; nothing is called after
 */
export function watchConfig(path: string, onChange: () => void, onFault?: (error: Error) => void): () => void {
  const file = basename(path)
  let settling: NodeJS.Timeout | undefined
  const watcher = watch(dirname(resolve(path)), { persistent: false }, (_, name) => {
    if (name !== null && name !== file && name !== '..data') return
    clearTimeout(settling)
    settling = setTimeout(onChange, SETTLE_MS).unref()
  })
  if (onFault !== undefined) watcher.on('error', onFault)
  return () => {
    clearTimeout(settling)
    watcher.close()
  }
}
