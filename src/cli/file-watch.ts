/** A set of files that are watched. */
export type FileWatch = {
  /** Watches exactly these from now on; a watch that goes on misses nothing. */
  follow(paths: readonly string[]): void
}

/**
 * The files to watch, which change with what stands in them.
 *
 * @param watch throws where a file cannot be watched; what it answers with ends the watch
 * @param onFault hears of those that could not; they are tried again when they are named again
 */
export function createFileWatch(watch: (path: string) => () => void, onFault: (fault: unknown) => void): FileWatch {
  const watched = new Map<string, () => void>()

  function begin(path: string): void {
    try {
      watched.set(path, watch(path))
    } catch (fault) {
      onFault(fault)
    }
  }

  return {
    follow(paths) {
      const wanted = new Set(paths)
      for (const [path, end] of watched) {
        if (wanted.has(path)) continue
        watched.delete(path)
        end()
      }
      for (const path of wanted) if (!watched.has(path)) begin(path)
    },
  }
}
