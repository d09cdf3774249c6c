import { createWriteStream } from 'node:fs'
import { appendFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { expect, test } from 'vitest'
import { shopContract } from '../../../bench/harness/shop-file.ts'
import { openDuckdb } from '../../../src/engines/duckdb.ts'
import { collect } from '../../../src/engines/rows.ts'
import { relationOf } from '../../../src/lake/relation.ts'
import { readSnapshot } from '../../../src/lake/snapshot.ts'
import { seededRandom } from '../../../src/sources/seeded-random.ts'
import { type DamageNotes, damageLines, shopDamage } from '../../damage.ts'
import { load, loading, rejects, sourceOf } from '../../sources/loading.ts'
import { lineOfRow, shopHeader, shopLines } from '../../sources/shop.ts'
import { tempFolder } from '../../temp-folder.ts'

test.each(['a.csv', 'a.csv.gz'])(
  '%s of over 300 MB: stored are the undamaged lines, rejected the damaged ones',
  async (name) => {
    await using engine = new AsyncDisposableStack()
    const duckdb = await openDuckdb({ memoryBytes: 1_000_000_000, threads: 2, tempFolder: await tempFolder() })
    engine.defer(() => duckdb.close())
    const on = await loading(duckdb)
    const expected = join(on.root, 'intact.txt')
    let intact: string[] = []
    const damaged: DamageNotes['damaged'] = []
    const notes: DamageNotes = { damaged, blank: 0, oddities: new Set(), intact: (line) => intact.push(line) }
    async function* pieces() {
      let piece: Buffer[] = []
      for (const bytes of damageLines(shopHeader, shopLines(3_300_000, seededRandom(11)), 11, shopDamage, notes)) {
        piece.push(bytes)
        if (piece.length < 20_000) continue
        yield Buffer.concat(piece)
        piece = []
        await appendFile(expected, intact.map((line) => `${line}\n`).join(''))
        intact = []
      }
      yield Buffer.concat(piece)
      await appendFile(expected, intact.map((line) => `${line}\n`).join(''))
    }
    const file = createWriteStream(join(on.root, name))
    if (name.endsWith('.gz')) await pipeline(Readable.from(pieces()), createGzip({ level: 1 }), file)
    else await pipeline(Readable.from(pieces()), file)
    if (!name.endsWith('.gz')) expect((await stat(join(on.root, name))).size).toBeGreaterThan(300_000_000)

    const [outcome] = await load(on, sourceOf(on, { contract: await shopContract(true), files: { glob: name } }))
    expect(outcome).toMatchObject({ outcome: 'loaded', delivery: { stored: 3_300_000 - damaged.length } })

    const kept = await rejects(on)
    expect(kept.length).toBe(damaged.length)
    for (const [at, { line, bytes }] of damaged.entries()) {
      const { line: found, raw, encoding } = kept[at] ?? {}
      if (Number(found) !== line) expect.fail(`reject ${at}: line ${found} instead of ${line}`)
      if (!Buffer.from(String(raw), encoding === 'text' ? 'utf8' : 'base64').equals(bytes))
        expect.fail(`line ${line} differs`)
    }
    const csv = { name: 'csv', delimiter: '\u0002', quote: '', header: false, compression: 'none' } as const
    const lines = [{ name: 'line', type: { kind: 'varchar' }, nullable: true }] as const
    const from = {
      t: relationOf(on.lake, await readSnapshot(on.lake, 't', {}, on.context)),
      intact: { kind: 'files', format: csv, paths: [expected], columns: lines },
    } as const
    const stored = `SELECT ${lineOfRow} AS line FROM t`
    for (const [a, b] of [
      [stored, 'FROM intact'],
      ['FROM intact', stored],
    ]) {
      const sql = `SELECT count(*) FROM ((${a}) EXCEPT ALL (${b}))`
      expect(await collect(await duckdb.run({ sql, from }, on.context))).toEqual([[0n]])
    }
  },
  600_000,
)
