import { join } from 'node:path'
import { type EventChecker, eventChecker, eventKeys } from '../../src/contract/check-event.ts'
import { checkSql } from '../../src/contract/check-sql.ts'
import type { Contract } from '../../src/contract/contract.ts'
import { parseColumn } from '../../src/core/columns.ts'
import type { Engine } from '../../src/engines/engine.ts'
import type { TailSpec } from '../../src/engines/tail.ts'
import type { Lake } from '../../src/lake/lake.ts'
import type { Disk } from '../../src/storage/disk.ts'
import { openIdIndex } from '../../src/streams/dedupe.ts'
import { type EventIds, eventIdSql } from '../../src/streams/event-ids.ts'
import { type Ingested, ingest } from '../../src/streams/ingest.ts'
import { RejectedIds } from '../../src/streams/rejected-ids.ts'
import { storedIds } from '../../src/streams/stored-ids.ts'
import { columns } from '../engines/harness.ts'
import { context, openSite, type Site, type SiteOptions } from './live-harness.ts'

/** Events with an id, a number that must not be negative, and a word. */
export const contract: Contract = {
  columns: ['id varchar', 'n bigint not null', 'kind varchar'].map((text) => {
    const [name = '', ...type] = text.split(' ')
    return { ...parseColumn(name, type.join(' ')), formats: [], pii: false }
  }),
  id: 'id',
  key: [],
  partitionBy: {},
  unknown: 'drop',
  nan: 'null',
  rules: [{ name: 'not_negative', sql: 'n >= 0' }],
  timezone: 'UTC',
}

function specOf(number: number): TailSpec {
  const carry = ['_offset', '_received_at']
  const { good, bad } = checkSql(contract, { input: { kind: 'json', keys: eventKeys(contract) }, carry })
  const simple = checkSql(contract, { input: { kind: 'simple' }, carry })
  const carried = [parseColumn('_offset', 'bigint'), parseColumn('_received_at', 'timestamptz')]
  const declared = contract.columns.map(({ name, type, nullable }) => ({ name, type, nullable }))
  return { stream: 'events', contract: number, good, bad, simple, columns: [...declared, ...carried] }
}

export interface IngestingSite extends Site {
  readonly ids: EventIds
  send(body: string | Uint8Array, lines?: boolean): Promise<Omit<Ingested, 'records'>>
}

/** The stream `events`, with ids, and the way into it. */
export async function openIngest(root: string, engine: Engine, given: SiteOptions = {}): Promise<IngestingSite> {
  let ids: EventIds | undefined
  const openIds = async (lake: Lake, table: string, disk: Disk): Promise<EventIds> => {
    const stored = storedIds(lake, 'events', { table, contract }, context)
    const folder = join(root, 'lake', 'events', '_millrace', 'ids')
    const index = await openIdIndex({ disk, folder, stored, rules: true })
    ids = {
      index,
      check: eventChecker(contract),
      idSql: '"id"',
      eventIdSql: eventIdSql(contract),
      rejected: new RejectedIds(),
      hasRules: true,
    }
    return ids
  }
  const on = await openSite(root, engine, {
    spec: specOf,
    columns: columns({ id: 'varchar', n: 'bigint not null', kind: 'varchar', _file: 'varchar' }),
    openIds,
    judgeMs: 20,
    ...given,
  })
  if (!ids) throw new Error('no ids')
  let made = 0
  const check: EventChecker = eventChecker(contract, { newId: () => `made-${++made}` })
  const { index } = ids
  const append = on.live.append.bind(on.live)
  return {
    ...on,
    ids,
    async send(body, lines = false) {
      const { records: _, ...taken } = await ingest({ append, check, index }, Buffer.from(body), { lines })
      return taken
    },
  }
}
