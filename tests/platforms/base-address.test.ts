import { expect, test } from 'vitest'
import type { z } from 'zod'
import { platformKinds } from '../../src/platforms/index.ts'

/** Values for a setting that hold this address, in each form in which settings hold addresses. */
const holding = (address: string): readonly unknown[] => [address, [address], { 'wiki.example.org': address }]

/** Every setting of every platform that takes a base address, with a value for it that holds the given one. */
const settings = platformKinds.flatMap(({ id, settings: { shape } }) =>
  Object.entries(shape as Record<string, z.ZodType>).flatMap(([name, field]) =>
    ['https://host.example', 'wss://host.example'].flatMap((plain) =>
      holding(plain).flatMap((value, form) =>
        // What also takes another text is no address.
        field.safeParse(value).success && !field.safeParse(holding('host.example')[form]).success
          ? [{ name: `${id}.${name}`, field, plain, form }]
          : [],
      ),
    ),
  ),
)

test('there are such settings in each form', () => {
  const names = settings.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['x.api', 'bluesky.firehose', 'mastodon.hosts', 'mediawiki.hosts']))
})

test.each(settings)('$name, a base address, may have a path, and neither a query nor a fragment', (setting) => {
  const takes = (address: string): boolean => setting.field.safeParse(holding(address)[setting.form]).success
  expect(takes(`${setting.plain}:8443/below/`)).toBe(true)
  for (const end of ['?', '/?who=us', '#', '/#here']) expect(takes(`${setting.plain}${end}`)).toBe(false)
})
