/** What the bench says while it works; goes to standard error. */
export type Say = (progress: string) => void

export type Amount = { readonly value: number; readonly unit: string }

/** Where a figure has to lie. */
export type Mark = { readonly is: 'at least' | 'at most' | 'under' | 'over'; readonly value: number }

/** One line of the table: what was measured, beside its bare reference from the same run. */
export type Line = {
  readonly what: string
  readonly subject: Amount
  readonly reference: Amount & { readonly name: string }
  /** What the mark is about: most often subject ÷ reference, the median of several pairs. */
  readonly figure: Amount
  readonly mark: Mark
  /** What a reader has to know to judge it. */
  readonly note: string
}

/** One row of the design's table (section 7); some have two figures. */
export type Row = {
  /** As it is asked for on the command line. */
  readonly name: string
  readonly run: (say: Say) => Promise<readonly Line[]>
}

export function isReached({ figure: { value }, mark }: Line): boolean {
  switch (mark.is) {
    case 'at least':
      return value >= mark.value
    case 'at most':
      return value <= mark.value
    case 'under':
      return value < mark.value
    case 'over':
      return value > mark.value
  }
}
