import { cleanName } from './words.ts'

/**
 * Text that is only text, in HTML and in XML 1.0: whatever it holds, nobody finds markup in it, and a strict parser takes
 * it. At most `max` code points of it.
 */
export const markupText = (text: string, max: number): string =>
  cleanName(text, max)
    // The two that XML has no way to write.
    .replace(/[\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
