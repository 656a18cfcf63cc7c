import type { OutageJson, TransitionFrame } from '../client/index.ts'
import {
  audienceWords,
  causeWords,
  countWords,
  durationWords,
  faceWords,
  reasonWords,
  trustWords,
} from '../core/words.ts'

/** One line of news: when, how bad, what sort, and the words. */
export type Sentence = {
  readonly at: string
  readonly tone: 'red' | 'yellow' | 'green' | 'cyan' | 'dim'
  readonly mark: string
  readonly text: string
}

type OutageNews = Extract<TransitionFrame, { readonly outage: unknown }>
type News = Pick<OutageNews, 'name' | 'at' | 'outage'> | Exclude<TransitionFrame, OutageNews>

/** A transition in words: `x:realDonaldTrump (Donald J. Trump) gone: not found or deactivated`. */
export function sentenceOf(news: News): Sentence {
  const { at } = news
  if ('outage' in news) return { at, ...outageWords(news.name, news.outage) }
  if ('scope' in news) {
    const lost = news.name === 'sight.lost'
    const of = scopeOf(news)
    const text = lost ? `we cannot see ${of}: ${causeWords(news.because)}` : `we see ${of} again`
    return { at, tone: lost ? 'yellow' : 'green', mark: lost ? 'BLIND' : 'SIGHT', text }
  }
  if ('subscriber' in news) {
    const { subscriber, reason, owed } = news
    return news.name === 'subscriber.lost'
      ? { at, tone: 'yellow', mark: 'UNTOLD', text: `${subscriber} cannot be reached: ${reason}; ${owed} owed` }
      : { at, tone: 'green', mark: 'REACHED', text: `${subscriber} can be reached again; ${owed} owed` }
  }
  const troubled = news.name === 'platform.troubled'
  const text = `${news.platform} ${troubled ? 'is troubled' : 'has settled'}: ${countWords(news.accounts.length, 'account')} fell`
  return { at, tone: troubled ? 'red' : 'green', mark: troubled ? 'STORM' : 'SETTLED', text }
}

function scopeOf({ scope, account, platform, look }: Extract<News, { readonly scope: string }>): string {
  if (scope === 'account') return account ?? ''
  if (scope === 'look') return `${platform ?? ''} by ${look ?? ''}`
  return scope === 'platform' ? (platform ?? '') : 'everything'
}

type Wording = (outage: OutageJson) => Omit<Sentence, 'at'>

const outageWords = (name: string, outage: OutageJson): Omit<Sentence, 'at'> => {
  const { tone, mark, text } = (WORDINGS[name] ?? changed)(outage)
  const who = outage.name === '' || outage.account.endsWith(`:${outage.name}`) ? '' : ` (${outage.name})`
  return { tone, mark, text: `${outage.account}${who} ${text}` }
}

const changed: Wording = (outage) => ({ tone: 'red', mark: 'CHANGED', text: `now ${whyWords(outage)}` })

const WORDINGS: Readonly<Record<string, Wording>> = {
  'outage.opened': (outage) => ({ tone: 'red', mark: 'GONE', text: `${whyWords(outage)}${audience(outage)}` }),
  'outage.changed': changed,
  'outage.closed': ({ accepted, duration }) => ({
    tone: 'green',
    mark: accepted ? 'ACCEPTED' : 'BACK',
    text: `${accepted ? `is ${faceWords(accepted.identity)}, says ${accepted.by}; ` : ''}was gone ${durationWords(duration)}`,
  }),
  'outage.acknowledged': ({ acknowledged: said }) => ({
    tone: 'cyan',
    mark: 'ACK',
    text: `acknowledged by ${said?.by ?? ''}${quoted(said?.note)}`,
  }),
  'outage.annotated': ({ notes }) => ({
    tone: 'cyan',
    mark: 'NOTE',
    text: `${notes.at(-1)?.by ?? ''}${quoted(notes.at(-1)?.note)}`,
  }),
  'outage.retracted': ({ retracted: said }) => ({
    tone: 'cyan',
    mark: 'RETRACTED',
    text: `retracted by ${said?.by ?? ''}${quoted(said?.note)}`,
  }),
}

function whyWords({ because, now, disputed, unseen, trust }: OutageJson): string {
  const dispute = disputed.length === 0 ? '' : `, disputed by ${disputed.join(' and ')}`
  return `${reasonWords(because, now)}${dispute}${unseen ? ', never seen before' : ''}${trustWords({ trust })}`
}

const audience = ({ identity }: OutageJson): string =>
  identity?.followers === undefined ? '' : `; ${audienceWords(identity.followers)}`

const quoted = (note: string | undefined): string => (note === undefined || note === '' ? '' : `: ${note}`)
