import { z } from 'zod'
import { jsonOf } from '../../core/answer.ts'
import { fewOf, Name } from '../reading.ts'
import { CHANNEL, handleIn } from './handle.ts'

/** What a channel's page carries for its own scripts, as far as it says whether there is a channel. */
export type PageData = {
  readonly channel: { readonly id: string; readonly handle: string | null; readonly title: string | undefined } | null
  /** Texts of alerts of the kind ERROR. */
  readonly alerts: readonly string[]
  readonly isAgeGated: boolean
  /** The home feed is shown instead of a channel. */
  readonly isHome: boolean
}

/** The data in a page; null when it has none or not of the known shape. */
export function dataIn(page: string): PageData | null {
  const from = START.exec(page)
  if (from === null) return null
  const begin = from.index + from[0].length
  // In the data every `<` is escaped.
  const end = page.indexOf(';</script>', begin)
  const parsed = end < 0 ? null : Data.safeParse(jsonOf({ text: page.slice(begin, end) }))
  return parsed?.data === undefined ? null : shapeOf(parsed.data)
}

const START = /\bytInitialData(?:["']\])?\s{0,4}=\s{0,4}(?=\{)/

const text = z.string().max(2000)

const Channel = z.object({
  externalId: z.string().regex(CHANNEL),
  title: Name,
  vanityChannelUrl: text.optional().catch(undefined),
})

const Data = z.object({
  metadata: z.object({ channelMetadataRenderer: Channel.optional() }).optional(),
  alerts: fewOf(50, z.unknown()).default([]),
  contents: z
    .object({ twoColumnBrowseResultsRenderer: z.object({ tabs: fewOf(50, z.unknown()).default([]) }).optional() })
    .optional(),
})

const Alert = z.object({
  alertRenderer: z.object({
    type: z.literal('ERROR'),
    text: z.union([
      z.object({ simpleText: text }).transform(({ simpleText }) => simpleText),
      z.object({ runs: fewOf(20, z.object({ text })) }).transform(({ runs }) => runs.map((run) => run.text).join('')),
    ]),
  }),
})

const HomeTab = z.object({ tabRenderer: z.object({ tabIdentifier: z.literal('FEwhat_to_watch') }) })

const GatedTab = z.object({
  tabRenderer: z.object({
    content: z.object({ sectionListRenderer: z.object({ contents: fewOf(50, z.unknown()) }) }),
  }),
})
const Gate = z.object({ channelAgeGateRenderer: z.object({}) })

function shapeOf({ metadata, alerts, contents }: z.infer<typeof Data>): PageData {
  const channel = metadata?.channelMetadataRenderer
  const tabs = contents?.twoColumnBrowseResultsRenderer?.tabs ?? []
  return {
    channel: channel === undefined ? null : { id: channel.externalId, handle: handleAt(channel), title: channel.title },
    alerts: alerts.flatMap((alert) => Alert.safeParse(alert).data?.alertRenderer.text ?? []),
    isHome: tabs.some((tab) => HomeTab.safeParse(tab).success),
    isAgeGated: tabs.some((tab) =>
      GatedTab.safeParse(tab).data?.tabRenderer.content.sectionListRenderer.contents.some(
        (part) => Gate.safeParse(part).success,
      ),
    ),
  }
}

/** `http://www.youtube.com/@NASA` → `@NASA`; older addresses hold no handle. */
function handleAt({ vanityChannelUrl = '' }: z.infer<typeof Channel>): string | null {
  const path = vanityChannelUrl.slice(vanityChannelUrl.lastIndexOf('/') + 1)
  try {
    return handleIn(decodeURIComponent(path))
  } catch {
    return null
  }
}
