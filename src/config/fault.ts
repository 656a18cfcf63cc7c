/** One mistake in the configuration. `line` and `column` count from 1; `message` is `expected …, found …`. */
export type Fault = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}

/** Keys and positions from the top of the file down to a value. */
export type Path = readonly (string | number)[]

/** `['accounts', 1, 'schedule']` → `accounts[1].schedule`; the whole file is `(file)`. */
export function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return text === '' ? '(file)' : text.replace(/^\./, '')
}

/** What the system had instead of a file's content, in words. */
export function insteadOfFile(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'an unknown fault'
  return UNREADABLE.get(code) ?? code
}

const UNREADABLE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'none'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'one that may not be read'],
])

const line = (fault: Fault): string => `${fault.file}:${fault.line}:${fault.column} ${fault.path}: ${fault.message}`

/** Everything that is wrong with a configuration, one line for each fault. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map(line).join('\n'), options)
    this.faults = faults
  }
}
