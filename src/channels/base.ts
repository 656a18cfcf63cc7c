import { z } from 'zod'

/** An address that paths are put behind. */
export const BaseUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => !/[?#]/.test(url), 'a base address, without ? and #')

/** Without slashes at its end. */
export const base = (url: string): string => url.replace(/\/+$/, '')
