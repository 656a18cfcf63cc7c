/**
 * What a site is addressed by: `Hacker News` → `hackernews`. A name in letters other than Latin ones gives none, so its
 * host stands in: `https://topwar.ru/user/…` → `topwarru`.
 *
 * @param host of the address that is asked; the name's place in it has been left out
 */
export function slugOf(name: string, host: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const letters = /[^\P{L}a-z]/u.test(plain) ? host.replace(/^www\./, '') : plain
  return letters.replace(/[^a-z0-9]/g, '')
}
