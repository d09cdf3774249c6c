import { expect } from 'vitest'
import type { Engine } from '../../src/engines/engine.ts'
import { createTable } from '../../src/lake/create.ts'
import { append } from '../../src/lake/write.ts'
import { columns } from '../engines/harness.ts'
import { tableLake } from '../lake/table-lake.ts'
import { context } from '../query/harness.ts'
import { tempFolder } from '../temp-folder.ts'
import { type World, worldOf } from './world.ts'

/** Models over one table, `events`. */
export interface EventsWorld extends World {
  /** Appends rows, each as the SQL of its values. */
  arrive(...rows: readonly string[]): Promise<void>
  /** Every model is what its SELECT gives. */
  areExact(): Promise<void>
  /** The answer to a query is what it is over the models' SELECTs. */
  isExact(sql: string): Promise<void>
}

export async function eventsWorld(
  engine: Engine,
  types: Readonly<Record<string, string>>,
  models: Readonly<Record<string, string>>,
  zone = 'UTC',
): Promise<EventsWorld> {
  const lake = tableLake(await tempFolder(), engine)
  await createTable(lake, 'events', { columns: columns(types) }, context)
  const world = await worldOf(lake, models, zone, context)
  const cast = Object.entries(types).map(([name, type]) => `CAST(${name} AS ${type}) AS ${name}`)
  return {
    ...world,
    async arrive(...rows) {
      const given = `(VALUES ${rows.map((row) => `(${row})`).join(', ')}) v(${Object.keys(types).join(', ')})`
      await append(lake, 'events', { sql: `SELECT ${cast.join(', ')} FROM ${given}`, from: {} }, {}, context)
    },
    async areExact() {
      const reading = world.reading()
      for (const name of Object.keys(models))
        expect(await world.completed(name, reading), name).toEqual(await world.plain(name))
    },
    async isExact(sql) {
      expect(await world.asked(sql), sql).toEqual(await world.plainlyAsked(sql))
    },
  }
}

/** A model's header. */
export const header = (...lines: readonly string[]) => `/*\n${lines.join('\n')}\n*/\n`
