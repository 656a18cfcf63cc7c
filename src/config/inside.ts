import { z } from 'zod'

/** A schema without its wrappers (optional, default, transform …), and whether any of them was marked secret. */
export type Peeled = { readonly core: z.core.$ZodTypes; readonly secret: boolean }

export function peel(schema: z.core.$ZodType): Peeled {
  let core = schema as z.core.$ZodTypes
  let secret = isMarked(core)
  for (let inner = innerOf(core); inner !== null; inner = innerOf(core)) {
    core = inner as z.core.$ZodTypes
    secret ||= isMarked(core)
  }
  return { core, secret }
}

const isMarked = (schema: z.core.$ZodType): boolean => z.globalRegistry.get(schema as z.ZodType)?.['secret'] === true

function innerOf(schema: z.core.$ZodTypes): z.core.$ZodType | null {
  const { def } = schema._zod
  if ('innerType' in def) return def.innerType
  if (def.type === 'pipe') return def.in._zod.def.type === 'transform' ? def.out : def.in
  return def.type === 'lazy' ? def.getter() : null
}

/** Keys that a strict object at this place knows; none where it is no object. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { core } = path.reduce<Peeled>((at, step) => childOf(at, step), peel(schema))
  const { def } = core._zod
  if (def.type === 'union') return def.options.flatMap((option) => keysAt(option, []))
  return def.type === 'object' ? Object.keys(def.shape) : []
}

function childOf({ core }: Peeled, step: PropertyKey): Peeled {
  const { def } = core._zod
  const child =
    def.type === 'object'
      ? def.shape[String(step)]
      : def.type === 'array'
        ? def.element
        : def.type === 'record'
          ? def.valueType
          : undefined
  return peel(child ?? core)
}

/** What to do with one value; `value` is undefined where the schema has a place and the file has nothing. */
export type Touch = (node: Peeled, value: unknown, path: readonly (string | number)[]) => unknown

/**
 * A copy of `value` with `touch` applied to every place the schema knows, innermost not entered where `touch` changed
 * something. A secret inside a union is refused, since it could not be told from a literal that matches another option;
 * but "one, or a list of the same" is told by its form.
 */
export function walk(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly (string | number)[],
  touch: Touch,
): unknown {
  const node = peel(schema)
  const touched = touch(node, value, path)
  if (touched !== value || node.secret) return touched
  const { def } = node.core._zod
  if (def.type === 'object' && isMapping(value)) {
    return {
      ...value,
      ...present(
        Object.entries(def.shape).map(([key, child]) => [key, walk(child, value[key], [...path, key], touch)]),
      ),
    }
  }
  if (def.type === 'record' && isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(def.valueType, item, [...path, key], touch)]),
    )
  }
  if (def.type === 'array' && Array.isArray(value)) {
    return value.map((item: unknown, index) => walk(def.element, item, [...path, index], touch))
  }
  if (def.type === 'union') {
    const either = oneOrList(def.options)
    if (either !== null) return walk(Array.isArray(value) ? either.list : either.one, value, path, touch)
    def.options.forEach(refuseSecrets)
  }
  return value
}

/** A schema and the list of it, where a union has these two and nothing else. */
function oneOrList(options: readonly z.core.$ZodType[]): { one: z.core.$ZodType; list: z.core.$ZodType } | null {
  const [one, list] = options
  if (one === undefined || list === undefined || options.length > 2) return null
  const { def } = (list as z.core.$ZodTypes)._zod
  return def.type === 'array' && def.element === one ? { one, list } : null
}

const present = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined))

function refuseSecrets(option: z.core.$ZodType): void {
  const { core, secret } = peel(option)
  if (secret) throw new TypeError('a schema has a secret inside a union')
  if (core._zod.def.type === 'object') Object.values(core._zod.def.shape).forEach(refuseSecrets)
}

/** What YAML calls a mapping; lists are none. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
