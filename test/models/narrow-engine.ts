import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../../src/core/errors.ts'
import type { Engine } from '../../src/engines/engine.ts'

/** An engine of which a commit takes `limit` partitions, not hundreds: what writes to more is refused, its files gone. */
export function narrowEngine(engine: Engine, limit: number): Engine {
  return {
    name: engine.name,
    can: engine.can,
    describe: (query, context) => engine.describe(query, context),
    run: (query, context) => engine.run(query, context),
    readColumns: (query, context) => engine.readColumns(query, context),
    close: () => engine.close(),
    async write(query, target, context) {
      const written = await engine.write(query, target, context)
      const partitions = new Set(written.files.map(({ partition }) => JSON.stringify(partition))).size
      if (partitions <= limit) return written
      for (const { path } of written.files) await rm(join(target.root, path))
      throw new MillraceError('TOO_MANY_PARTITIONS', { table: target.root, partitions, limit })
    },
  }
}
