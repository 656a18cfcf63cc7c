import { Option, type Command } from 'commander'
import type { PlatformTerms } from '../core/platform.ts'
import { EX_USAGE } from './exit.ts'
import type { RulesCheck } from './rules.ts'
import { printJson } from './tell.ts'

export type PlatformActs = {
  readonly platforms: readonly PlatformTerms[]
  /** Names of the formats that rule packs come in. */
  readonly formats: readonly string[]
  /** @param format null to tell it by the content */
  readonly pack: (file: string, format: string | null) => RulesCheck
}

type Json = { readonly json?: true }

/** What Rollcall can look at, by itself and by the rules of others. */
export function addPlatformCommands(program: Command, acts: PlatformActs): void {
  addPlatforms(program, acts)
  addRules(program, acts)
}

function addPlatforms(program: Command, { platforms }: PlatformActs): void {
  program
    .command('platforms')
    .description('what each platform needs, can tell and cannot')
    .argument('[platform...]', 'only these')
    .option('--json', 'as JSON')
    .action(async (ids: readonly string[], { json }: Json) => {
      const { platformsJson, printPlatforms } = await import('./platforms.ts')
      const unknown = ids.find((id) => !platforms.some((one) => one.id === id))
      if (unknown !== undefined)
        program.error(`error: there is no platform ${JSON.stringify(unknown)}`, { exitCode: EX_USAGE })
      const wanted = platforms.filter(({ id }) => ids.length === 0 || ids.includes(id))
      if (json === true) printJson(platformsJson(wanted))
      else printPlatforms(wanted, process.stdout)
    })
}

function addRules(program: Command, { formats, pack }: PlatformActs): void {
  program
    .command('rules')
    .description('rule packs of others, each of whose sites becomes a platform')
    .command('check')
    .description('what of a rule file is taken, refused and flagged, each with its reason; 78 when it is none')
    .argument('<file>', 'for example wmn-data.json')
    .addOption(new Option('--format <format>', 'whose format it has, unless the content tells').choices(formats))
    .option('--json', 'as JSON, with every site that is taken')
    .action(async (file: string, { format, json }: Json & { readonly format?: string }) => {
      const { printRules, rulesJson } = await import('./rules.ts')
      const read = pack(file, format ?? null)
      if (json === true) printJson(rulesJson(read))
      else printRules(read, process.stdout)
    })
}
