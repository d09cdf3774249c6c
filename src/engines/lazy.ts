import { MillraceError } from '../core/errors.ts'
import type { Engine } from './engine.ts'
import type { Tail, TailSpec } from './tail.ts'

/** An engine that is opened by its first use: reading a table's log needs none, and loading DuckDB takes 110 ms. */
export function lazyEngine(name: string, can: Engine['can'], open: () => Promise<Engine>): Engine {
  let opened: Promise<Engine> | undefined
  const engine = () => {
    opened ??= open()
    return opened
  }
  return {
    name,
    can,
    describe: async (query, context) => (await engine()).describe(query, context),
    run: async (query, context) => (await engine()).run(query, context),
    readColumns: async function* (query, context) {
      yield* (await engine()).readColumns(query, context)
    },
    write: async (query, target, context) => (await engine()).write(query, target, context),
    ...(can.tail ? { tail: async (spec, from) => tailOf(await engine(), spec, from) } : {}),
    close: async () => (await opened)?.close(),
  }
}

async function tailOf(engine: Engine, spec: TailSpec, from: bigint): Promise<Tail> {
  if (engine.tail) return engine.tail(spec, from)
  throw new MillraceError('INTERNAL', { reason: `${engine.name} has no tails` })
}
